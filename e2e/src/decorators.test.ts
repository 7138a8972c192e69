import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

const program = `
import { Gauge, Histogram, Registry, timed } from "@exporterkit/client";

const registry = new Registry();
const help = "Time.";
const duration = new Histogram({ name: "job_seconds", help, labelNames: ["queue"], registers: [registry] });
const last = new Gauge({ name: "last_seconds", help, registers: [registry] });

class Jobs {
  greeting = "Hello";

  @timed(duration.labels("mail"))
  async send(name: string): Promise<string> {
    return \`\${this.greeting}, \${name}\`;
  }

  @timed(last)
  double(value: number): number {
    return value * 2;
  }
}

const jobs = new Jobs();
const sent: string = await jobs.send("world");
const doubled: number = jobs.double(21);
console.log(sent, doubled, /job_seconds_count.*/.exec(await registry.metrics())![0]);
`;

it.each(["true", "false"])("@timed compiles and works with experimentalDecorators %s", async (experimental) => {
  // Beside this file, so that the program finds the packages.
  const folder = await mkdtemp(join(here, "decorators-"));
  try {
    await writeFile(join(folder, "program.mts"), program);
    const flags = ["--ignoreConfig", "--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"];
    const compile = [compiler, ...flags, "--experimentalDecorators", experimental, join(folder, "program.mts")];
    expect(spawnSync(process.execPath, compile, { encoding: "utf8" }).stdout).toBe("");
    const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "program.mjs")], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toBe('Hello, world 42 job_seconds_count{queue="mail"} 1\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
