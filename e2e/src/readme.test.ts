import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { start } from "./child.ts";

it("the README's first program prints what the README says", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, program, exposition] = /```ts\n([^]*?)```[^]*?```\n([^]*?)```/.exec(readme)!;
  // Beside this file, so that the program finds the packages.
  const folder = await mkdtemp(join(fileURLToPath(new URL(".", import.meta.url)), "readme-"));
  try {
    const file = join(folder, "program.mjs");
    const announced = program!.replace(
      ".listen(8080)",
      ".listen(0, function () { console.log(`port ${this.address().port}`); })",
    );
    expect(announced).not.toBe(program);
    await writeFile(file, announced);
    const child = start(process.execPath, [file]);
    const [, port] = await child.line(/^port (\d+)$/);
    for (let i = 0; i < 2; i++) expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("Hello, world\n");
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics.startsWith(exposition!)).toBe(true);
    expect(metrics).toContain("process_cpu_seconds_total");
    await child.stop();
  } finally {
    await rm(folder, { recursive: true });
  }
});
