import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "../debian-package.ts";
import { startRedis } from "../redis-server.ts";
import { type AliasedFolder, aliasPromClient } from "./aliased-folder.ts";
import { type ReportedExposition, withoutMoment } from "./without-moment.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const promClient = join(root, "node_modules/prom-client");
const dropIn = join(root, "packages/prom-client");

/** Whether the drop-in can be loaded both ways; until then prom-client stands in for it, and the comparison for itself. */
function isDropInBuilt(): boolean {
  const { exports } = JSON.parse(readFileSync(join(dropIn, "package.json"), "utf8")) as {
    exports?: { ".": Record<"import" | "require", string | { default: string }> };
  };
  return (["import", "require"] as const).every((condition) => {
    const target = exports?.["."][condition];
    const file = typeof target === "string" ? target : target?.default;
    return file !== undefined && existsSync(join(dropIn, file));
  });
}

interface Report {
  readonly expositions: Readonly<Record<string, ReportedExposition>>;
  /** The files of prom-client, or what stands in for it, that Node.js has loaded by `require`. */
  readonly loaded: readonly string[];
}

let theirs: AliasedFolder;
let ours: AliasedFolder;

beforeAll(async () => {
  theirs = await aliasPromClient(promClient);
  ours = await aliasPromClient(dropInOrStandIn());
});
afterAll(async () => {
  await theirs.remove();
  await ours.remove();
});

function dropInOrStandIn(): string {
  return isDropInBuilt() ? dropIn : promClient;
}

async function run({ path }: AliasedFolder, program: string, ...args: readonly string[]): Promise<Report> {
  const flags = ["--preserve-symlinks", "--preserve-symlinks-main", "--expose-gc"];
  const command = [...flags, join(path, program), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: path, maxBuffer: 1e9 });
  return JSON.parse(stdout) as Report;
}

/** The files that a program has loaded from a prom-client that a library brought along. */
function loadedFromNested({ path }: AliasedFolder, { loaded }: Report): string[] {
  return loaded.filter((file) => !file.startsWith(join(path, "node_modules/prom-client/")));
}

/** Expects of what a program told in both folders that it is the same but for what is of the moment. */
function expectSame(their: Report, our: Report): void {
  expect(Object.keys(our.expositions)).toEqual(Object.keys(their.expositions));
  for (const [name, exposition] of Object.entries(their.expositions)) {
    expect(withoutMoment(our.expositions[name]!), name).toEqual(withoutMoment(exposition));
  }
}

describe("libraries on prom-client say the same on the drop-in for it", () => {
  it.each([
    ["express-prom-bundle", "express-prom-bundle.cjs"],
    ["express-prom-bundle with a summary, a registry and a page of its own", "express-prom-bundle-summary.cjs"],
    ["express-prom-bundle in a cluster", "express-prom-bundle-cluster.cjs"],
    ["fastify-metrics", "fastify-metrics.cjs"],
    ["fastify-metrics with everything overridden", "fastify-metrics-overrides.mjs"],
    ["opossum-prometheus", "opossum-prometheus.cjs"],
    ["prometheus-api-metrics", "prometheus-api-metrics.cjs"],
    ["prometheus-middleware", "prometheus-middleware.cjs"],
  ])("%s", async (_library, program) => {
    const [their, our] = await Promise.all([run(theirs, program), run(ours, program)]);
    expectSame(their, our);
    expect([...loadedFromNested(theirs, their), ...loadedFromNested(ours, our)]).toEqual([]);
  });

  it("opossum-prometheus with the prom-client 12 that it brings along, on a registry of the other", async () => {
    const folders = await Promise.all(
      [promClient, dropInOrStandIn()].map((folder) => aliasPromClient(folder, { overrides: false })),
    );
    try {
      const [their, our] = await Promise.all(folders.map((folder) => run(folder, "opossum-prometheus-nested.cjs")));
      expectSame(their!, our!);
      for (const [i, report] of [their!, our!].entries()) expect(loadedFromNested(folders[i]!, report)).not.toEqual([]);
    } finally {
      await Promise.all(folders.map((folder) => folder.remove()));
    }
  });

  it("@willsoto/nestjs-prometheus, type-checked and compiled", async () => {
    const [their, our] = await Promise.all(
      [theirs, ours].map(async (folder) => {
        await compile(folder);
        return run(folder, "nestjs-prometheus.mjs");
      }),
    );
    expectSame(their!, our!);
  });

  it.skipIf(!hasCommand("redis-server", "redis-server"))(
    "bull-prom (needs the Debian package redis-server)",
    async () => {
      const [their, our] = await Promise.all(
        [theirs, ours].map(async (folder) => {
          const redis = await startRedis();
          try {
            return await run(folder, "bull-prom.mjs", redis.socket);
          } finally {
            await redis.stop();
          }
        }),
      );
      expectSame(their!, our!);
    },
  );
});

/** Compiles the programs in TypeScript as a user of NestJS would. Throws what the compiler complains of. */
async function compile({ path }: AliasedFolder): Promise<void> {
  const command = [join(root, "node_modules/typescript/bin/tsc"), "--allowJs", "false", "--noEmit", "false"];
  await promisify(execFile)(process.execPath, command, { cwd: path }).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}
