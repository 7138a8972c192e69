import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { askedMetrics, askedQueries, askedSelectors } from "../dashboard/fixtures/asked-queries.ts";
import { defineModule, type Module } from "../module.ts";
import { Command } from "./command.ts";
import { exporterkit } from "./main.ts";
import { narrowed } from "../page/server/narrow-query.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dashboards-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const rooms = defineModule({
  name: "rooms",
  description: "Temperatures of rooms.",
  schema: z.strictObject({}),
  collectors: () => [],
  dashboards: [{ name: "halls", model: { title: "Halls", panels: [] } }],
});
const command = { name: "rooms-exporter", description: "Serves temperatures.", version: "1.0.0", modules: [rooms] };

const doors = {
  ...rooms,
  name: "doors",
  dashboards: ["doors", "doors-open"].map((name) => ({ name, model: { title: name } })),
};
const gates = { ...rooms, name: "gates", dashboards: ["gates-a", "gates-b"].map((name) => ({ name, model: {} })) };

async function runWith(
  modules: readonly Module[],
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => !!(written.out += String(text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => !!(written.err += String(text)));
  return { code: await runCommand({ ...command, modules }, ["dashboard", ...args]), ...written };
}

const run = (...args: string[]): ReturnType<typeof runWith> => runWith([rooms], ...args);

it("is printed, by the name of its module or its own", async () => {
  for (const name of ["rooms", "halls"]) {
    const { code, out } = await run("--module", name);
    expect([code, JSON.parse(out)]).toEqual([0, { title: "Halls", panels: [] }]);
  }
});

it("comes with one of the exporter itself, and all are written into a folder that need not be there", async () => {
  const into = join(folder, "a", "b");
  expect(await run("--folder", into)).toEqual({
    code: 0,
    out: `${join(into, "halls.json")}\n${join(into, "exporter.json")}\n`,
    err: "",
  });
  expect(JSON.parse(readFileSync(join(into, "halls.json"), "utf8"))).toEqual({ title: "Halls", panels: [] });
});

it("is the one of the name where a module has several, and all of them in a folder", async () => {
  const { out } = await runWith([doors], "--module", "doors");
  expect(JSON.parse(out)).toEqual({ title: "doors" });
  const written = await runWith([rooms, doors], "--module", "doors", "--folder", folder);
  expect(written.out).toBe(["doors.json", "doors-open.json"].map((name) => `${join(folder, name)}\n`).join(""));
  expect((await runWith([gates], "--module", "gates")).err).toContain(
    "There are 2 dashboards: choose one by --module (gates-a, gates-b)",
  );
});

it("says which there are", async () => {
  expect(await run()).toEqual({
    code: 2,
    out: "",
    err: "error: There are 2 dashboards: choose one by --module (halls, exporter), or write all into a folder by --folder.\n",
  });
  expect((await runWith([])).err).toContain("error: There is one dashboard: choose one by --module (exporter), or");
  const { err } = await run("--module", "export");
  expect(err).toBe('error: No dashboard is called "export": did you mean "exporter"?\n');
});

it("says why it cannot be written", async () => {
  writeFileSync(join(folder, "file"), "");
  const { code, err } = await run("--folder", join(folder, "file"));
  expect(code).toBe(2);
  expect(err).toMatch(/^error: .*halls\.json cannot be written: EEXIST.*; name a folder that can be written to\.\n$/);
});

const dashboards = await new Command(exporterkit).dashboards();

it.each(dashboards)("$name asks PromQL, of which there is something to see", (dashboard) => {
  const queries = askedQueries(dashboard);
  expect(queries.length).toBeGreaterThan(0);
  for (const query of queries) expect(askedMetrics(query).filter((name) => name !== "")).not.toEqual([]);
});

it.each(dashboards)("$name is asked of one exporter alone on its page", (dashboard) => {
  for (const query of askedQueries(dashboard)) {
    const selectors = askedSelectors(narrowed(query, 'own="1"'));
    expect(selectors).toHaveLength(askedSelectors(query).length);
    for (const selector of selectors) expect(selector).toMatch(/^[\w:]*\{own="1"[,}]/);
  }
});

it("has a name and an identity of its own in Grafana, which takes 40 characters", () => {
  const uids = dashboards.map(({ model }) => String(model["uid"]));
  expect(new Set(uids).size).toBe(uids.length);
  for (const uid of uids) expect(uid).toMatch(/^[a-z-]{1,40}$/);
});
