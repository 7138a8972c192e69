import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("cluster-program.js", import.meta.url));
const theirs = "prom-client";
const ours = "@exporterkit/prom-client";

interface Exchange {
  /** What the primary said while it had no workers. */
  readonly alone: string;
  /** The metrics of all workers, or the error. */
  readonly text: string;
  readonly requests: readonly unknown[];
  readonly responses: readonly { readonly metrics?: unknown }[];
}

async function runCluster(primary: string, workers: readonly string[], fail = "no"): Promise<Exchange> {
  const env = { ...process.env, PRIMARY: primary, WORKERS: workers.join(","), FAIL: fail };
  return JSON.parse((await promisify(execFile)(process.execPath, [program], { env })).stdout) as Exchange;
}

describe("a cluster", () => {
  let expected: Exchange;
  beforeAll(async () => {
    expected = await runCluster(theirs, [theirs, theirs]);
  });

  it.each([
    { primary: ours, workers: [ours, ours] },
    { primary: ours, workers: [theirs, theirs] },
    { primary: theirs, workers: [ours, ours] },
    { primary: ours, workers: [theirs, ours] },
  ])("of $primary over $workers has the metrics and the messages of prom-client", async ({ primary, workers }) => {
    const { responses, ...found } = await runCluster(primary, workers);
    expect(found.text).toContain('requests_total{method="GET"} 3');
    expect({ ...found, responses: new Set(responses) }).toEqual({
      ...expected,
      // They come in whichever order.
      responses: new Set(expected.responses),
    });
  });

  it.each([
    { primary: ours, worker: ours },
    { primary: ours, worker: theirs },
    { primary: theirs, worker: ours },
  ])("of $primary over $worker tells what a worker failed with", async ({ primary, worker }) => {
    const found = await runCluster(primary, [worker], "yes");
    expect(found.text).toBe("Error: no such thing");
    expect(found).toEqual(await runCluster(theirs, [theirs], "yes"));
  });
});
