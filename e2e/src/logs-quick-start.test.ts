import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { exporterkit, start } from "./child.ts";

it("the first steps of the page on logs work as they stand there", async () => {
  const page = await readFile(new URL("../../docs/logs.md", import.meta.url), "utf8");
  const blocks = Array.from(page.matchAll(/^```(\w+)\n([^]*?)^```$/gm), ([, language, text]) => ({
    language,
    text: text!,
  }));
  const [config, log, tryCommand, tried, runCommand, metrics] = blocks.map(({ text }) => text);
  expect(blocks.slice(0, 6).map(({ language }) => language)).toEqual(["yaml", "text", "sh", "text", "sh", "text"]);
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-logs-page-"));
  try {
    await writeFile(join(folder, "logs.yml"), config!);
    await writeFile(join(folder, "access.log"), log!);
    const [command, ...args] = tryCommand!.trim().split(" ");
    expect(command).toBe("exporterkit");
    const { stdout } = await promisify(execFile)(exporterkit, args, { cwd: folder });
    expect(stdout).toBe(tried);
    expect(runCommand).toBe("exporterkit --config.file=logs.yml\n");
    const child = start(exporterkit, [`--config.file=${join(folder, "logs.yml")}`, "--web.listen-address=127.0.0.1:0"]);
    const [, url] = await child.line(/ url=(\S+)/);
    await expect.poll(async () => (await fetch(`${url}metrics`)).text()).toContain(metrics!.trim());
    expect(await child.stop()).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
