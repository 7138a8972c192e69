import { afterEach, beforeEach, expect, it } from "vitest";
import { logsDashboard } from "./dashboard.ts";
import { LogFolder } from "./fixtures/logs-under-test.ts";
import { logsModule } from "./module.ts";

let folder: LogFolder;
beforeEach(() => {
  folder = new LogFolder();
});
afterEach(() => folder.dispose());

it("asks for nothing but what the module exposes, with the labels that it has", async () => {
  const metrics = [{ name: "a_total", type: "counter", help: "H." }];
  const reading = await folder.start({ sources: [{ name: "a", files: [folder.file("a.log")], metrics }] });
  const samples = [...(await reading.samples()).keys()];
  const text = JSON.stringify(logsDashboard.model);
  const asked = new Set(text.match(/\bexporterkit_\w+/g));
  expect(asked.size).toBe(9);
  for (const name of asked)
    expect(
      samples.filter((sample) => sample.startsWith(`${name}{`)),
      name,
    ).not.toEqual([]);
  const shown = logsModule.summary!.flatMap(({ lines }) => lines.map(({ metric }) => metric));
  expect([...asked]).toEqual(expect.arrayContaining(shown));
  for (const label of ["reason", "kind"]) expect(samples.some((sample) => sample.includes(`,${label}="`))).toBe(true);
});
