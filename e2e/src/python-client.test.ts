import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Registry } from "@exporterkit/client";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasPythonModule } from "./debian-package.ts";
import { type ExpectedSample, makeMetrics, randomMetrics, sampleKey } from "./random-metrics.ts";

interface ReadExposition {
  readonly error?: string;
  readonly families?: {
    readonly name: string;
    readonly type: string;
    readonly help: string;
    readonly samples: [name: string, labels: Record<string, string>, value: string][];
  }[];
}

/** What the Python client reads in each text. */
function readInPython(format: string, texts: readonly string[]): ReadExposition[] {
  const script = fileURLToPath(new URL("python_reader.py", import.meta.url));
  const input = JSON.stringify(texts.map((text) => [format, text]));
  const { stdout, stderr } = spawnSync("/usr/bin/python3", [script], { input, encoding: "utf8", maxBuffer: 1e9 });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as ReadExposition[];
}

function fromPython(value: string): number {
  return Number(value.replace("inf", "Infinity"));
}

describe.skipIf(!hasPythonModule("prometheus_client", "python3-prometheus-client"))(
  "the Python client (needs the Debian package python3-prometheus-client)",
  () => {
    it.each([
      ["text", "text/plain;version=0.0.4"],
      ["openmetrics", "application/openmetrics-text;version=1.0.0"],
    ])("reads in %s what was written", async (format, accept) => {
      const runs = fc.sample(randomMetrics({ utf8: false }), { numRuns: 300, seed: 20 });
      const written: { text: string; expected: ExpectedSample[] }[] = [];
      for (const metrics of runs) {
        const registry = new Registry();
        const expected = makeMetrics(registry, metrics);
        const { body } = await registry.expose({ accept });
        written.push({ text: new TextDecoder().decode(body), expected });
      }
      const read = readInPython(
        format,
        written.map(({ text }) => text),
      );
      for (const [i, { text, expected }] of written.entries()) {
        expect(read[i]!.error, text).toBeUndefined();
        const samples = read[i]!.families!.flatMap((family) => family.samples);
        const found = new Set(
          samples.map(([name, labels, value]) => sampleKey({ name, labels, value: fromPython(value) + 0 })),
        );
        // Python reads -0 as an integer, and those have no sign.
        const keys = expected.map((sample) => sampleKey({ ...sample, value: sample.value + 0 }));
        expect(
          keys.filter((key) => !found.has(key)),
          text,
        ).toEqual([]);
      }
    });
  },
);
