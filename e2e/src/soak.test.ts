import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** What the program tells after each phase: what it did since the start, and the bytes in use after a garbage collection. */
interface Phase {
  readonly operations: number;
  readonly scrapes: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
}

const program = fileURLToPath(new URL("workers/soak.js", import.meta.url));
/** The first warms up; the others are held against the second. */
const count = 6;
/** How long it runs, in seconds, and which row of random numbers it takes. */
const seconds = Number(process.env["EXPORTERKIT_SOAK_SECONDS"] ?? 24);
const seed = Number(process.env["EXPORTERKIT_SOAK_SEED"] ?? Date.now() % 1e9);

it(
  "leaks nothing and exposes what is there after millions of operations, whatever becomes of the scrapes",
  { timeout: (seconds * 2 + 60) * 1000 },
  async () => {
    const child = fork(program, [String(seconds / count), String(count), String(seed)], {
      execArgv: ["--expose-gc"],
      silent: true,
    });
    const phases: Phase[] = [];
    let complaint = "";
    child.on("message", (phase) => phases.push(phase as Phase));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (complaint = (complaint + text).slice(-4000)));
    const [code] = (await once(child, "close")) as [number | null];
    const report = `seed ${seed}, after each phase: ${JSON.stringify(phases, undefined, 1)}\n${complaint}`;

    expect(code, report).toBe(0);
    expect(phases, report).toHaveLength(count);
    const [, first, ...later] = phases as [Phase, Phase, ...Phase[]];
    for (const memory of ["heapUsed", "arrayBuffers"] as const) {
      for (const phase of later) expect(phase[memory], report).toBeLessThan(first[memory] * 1.1 + 4e6);
    }
  },
);
