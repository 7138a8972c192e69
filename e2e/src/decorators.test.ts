import { transform as transformBySwc, type TransformConfig } from "@swc/core";
import { transform as transformByEsbuild } from "esbuild";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

const program = `
import { Gauge, Histogram, Registry, Summary, timed } from "@exporterkit/client";

const registry = new Registry();
const registers = [registry];
const help = "Time.";
const duration = new Histogram({ name: "job_seconds", help, labelNames: ["job"], registers });
const wait = new Summary({ name: "wait_seconds", help, labelNames: ["job"], registers });
const last = new Gauge({ name: "last_seconds", help, registers });

class Jobs {
  static #made = 0;
  #greeting = "Hello";

  @timed(duration.labels("send"))
  async send(name: string): Promise<string> {
    return \`\${this.#greeting}, \${name}\`;
  }

  @timed(last)
  double(value: number): number {
    return value * 2;
  }

  @timed(wait.labels("make"))
  static make(): number {
    return (this.#made += 1);
  }

  @timed(duration.labels("count"))
  @timed(wait.labels("count"))
  ["count them"](...values: readonly number[]): number {
    return values.length;
  }

  @timed(duration.labels("fail"))
  fail(): never {
    throw new Error("This is meant to fail.");
  }

  @timed(duration.labels("reject"))
  async reject(): Promise<void> {
    throw new Error("This is meant to be rejected.");
  }
}

class UrgentJobs extends Jobs {
  override async send(name: string): Promise<string> {
    return \`\${await super.send(name)}!\`;
  }
}

function report(error: unknown): void {
  console.log((error as Error).message);
}

const jobs = new UrgentJobs();
const sent: string = await jobs.send("world");
const doubled: number = jobs.double(21);
const made: number = Jobs.make();
const counted: number = jobs["count them"](1, 2, 3);
console.log(sent, doubled, made, counted);
try {
  jobs.fail();
} catch (error) {
  report(error);
}
await jobs.reject().catch(report);
const text = await registry.metrics();
// Whether decorators of static methods come first depends on the style.
console.log(text.match(/^\\w+_count.*$/gm)!.sort().join("\\n"));
console.log(jobs.double.name, jobs["count them"].name, jobs.double.length);
console.log(/^last_seconds (.*)$/m.exec(text)![1] !== "0");
`;

const printed = `Hello, world! 42 1 3
This is meant to fail.
This is meant to be rejected.
job_seconds_count{job="count"} 1
job_seconds_count{job="fail"} 1
job_seconds_count{job="reject"} 1
job_seconds_count{job="send"} 1
wait_seconds_count{job="count"} 1
wait_seconds_count{job="make"} 1
double count them 1
true
`;

// What a framework with metadata adds: types of methods for validation, and a route on the method itself.
const programWithMetadata = `
import "reflect-metadata";
import { Get } from "@nestjs/common";
${program}
class Controller {
  @timed(duration.labels("outside"))
  @Get("outside")
  outside(id: string): string {
    return id;
  }

  @Get("inside")
  @timed(duration.labels("inside"))
  inside(id: string): string {
    return id;
  }
}

for (const name of ["outside", "inside"] as const) {
  const types = Reflect.getMetadata("design:paramtypes", Controller.prototype, name);
  console.log(types[0].name, Reflect.getMetadata("path", Controller.prototype[name]));
}
`;

const printedWithMetadata = `${printed}String outside
String inside
`;

let folder: string;

beforeAll(async () => {
  // Beside this file, so that the program finds the packages.
  folder = await mkdtemp(join(here, "decorators-"));
});
afterAll(() => rm(folder, { recursive: true }));

type Compile = (source: string, name: string) => Promise<string>;

/** Has TypeScript check and compile. Throws what it complains of. */
function tsc(...settings: readonly string[]): Compile {
  return async (source, name) => {
    const file = join(folder, `${name}.mts`);
    await writeFile(file, source);
    const flags = ["--ignoreConfig", "--strict", "--module", "nodenext", "--skipLibCheck", "--types", "node"];
    await promisify(execFile)(process.execPath, [compiler, ...flags, ...settings, file]).catch(
      (error: { stdout: string }) => {
        throw new Error(error.stdout);
      },
    );
    return readFile(join(folder, `${name}.mjs`), "utf8");
  };
}

function esbuild(experimentalDecorators: boolean, target: string): Compile {
  return async (source) => {
    const tsconfigRaw = { compilerOptions: { experimentalDecorators } };
    const { code } = await transformByEsbuild(source, { loader: "ts", target, tsconfigRaw });
    return code;
  };
}

function swc(transform: TransformConfig): Compile {
  return async (source) => {
    const jsc = { parser: { syntax: "typescript", decorators: true }, target: "es2022", transform } as const;
    const { code } = await transformBySwc(source, { swcrc: false, configFile: false, jsc });
    return code;
  };
}

const experimental = ["--experimentalDecorators", "true"];

it.each<[name: string, compile: Compile, source: string, expected: string]>([
  ["tsc", tsc("--target", "es2022"), program, printed],
  ["tsc to ES2017", tsc("--target", "es2017", "--module", "es2022", "--moduleResolution", "bundler"), program, printed],
  ["tsc, experimentalDecorators", tsc("--target", "es2022", ...experimental), program, printed],
  [
    "tsc, experimentalDecorators, emitDecoratorMetadata",
    tsc("--target", "es2022", ...experimental, "--emitDecoratorMetadata", "true"),
    programWithMetadata,
    printedWithMetadata,
  ],
  ["esbuild", esbuild(false, "es2022"), program, printed],
  ["esbuild, experimentalDecorators", esbuild(true, "es2022"), program, printed],
  ["SWC, decorators of 2022-03", swc({ decoratorVersion: "2022-03" }), program, printed],
  ["SWC, decorators of 2023-11", swc({ decoratorVersion: "2023-11" }), program, printed],
  ["SWC, legacyDecorator", swc({ legacyDecorator: true }), program, printed],
  [
    "SWC, legacyDecorator, decoratorMetadata",
    swc({ legacyDecorator: true, decoratorMetadata: true }),
    programWithMetadata,
    printedWithMetadata,
  ],
])("@timed works as compiled by %s", async (name, compile, source, expected) => {
  const file = name.replaceAll(/\W+/g, "-");
  const code = await compile(source, file);
  // Else it would be the runtime that is put to the test, and Node.js knows no decorators.
  expect(code).not.toMatch(/^\s*@timed/m);
  await writeFile(join(folder, `${file}.mjs`), code);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, `${file}.mjs`)]);
  expect(stderr).toBe("");
  expect(stdout).toBe(expected);
});
