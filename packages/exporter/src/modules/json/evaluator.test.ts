import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type { EvaluationJob, EvaluationResult, MetricPlan } from "./evaluation-job.ts";
import { Evaluator } from "./evaluator.ts";

let evaluator: Evaluator | undefined;
afterEach(() => evaluator?.stop());

function start(seconds = 2): Evaluator {
  evaluator = new Evaluator({ seconds, heapBytes: 64 * 2 ** 20 });
  return evaluator;
}

function job(document: unknown, value: string): Omit<EvaluationJob, "milliseconds"> {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const plan: MetricPlan = {
    name: "m",
    kind: "number",
    each: undefined,
    values: { value },
    labels: [],
    isOptional: false,
    conversion: "number",
    map: undefined,
    unmapped: undefined,
    maxSeries: 10,
    isCumulative: true,
  };
  return { bodies: [{ bytes, format: "json", charset: "utf-8", delimiter: "," }], isPaged: false, metrics: [plan] };
}

function valueOf(result: EvaluationResult): unknown {
  const [metric] = "metrics" in result ? result.metrics : [];
  return metric !== undefined && "series" in metric ? metric.series[0]?.value : result;
}

const { signal } = new AbortController();
const regex = job({ s: `${"a".repeat(60)}b` }, "$contains(s, /(a+)+$/) ? 1 : 0");

function cpuTicks(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")[11]);
}

describe("jobs", () => {
  it("are evaluated in the order in which they come", async () => {
    const own = start();
    const results = await Promise.all(
      [1, 2, 3].map(async (n) => valueOf(await own.evaluate("a", job({ n }, "n * 2"), signal))),
    );
    expect(results).toEqual([2, 4, 6]);
  });

  it.each<[string, Omit<EvaluationJob, "milliseconds">, string]>([
    ["hang in a regular expression", regex, "took longer than 2 s"],
    ["split a long text", job({ n: 50_000_000 }, '$count($split($pad("", n, "ab"), "a"))'), "more memory than 64 MiB"],
  ])("that %s are killed, and the next is evaluated", async (_, hostile, error) => {
    const own = start();
    await expect(own.evaluate("hostile", hostile, signal)).rejects.toThrow(error);
    expect(valueOf(await own.evaluate("good", job({ n: 1 }, "n"), signal))).toBe(1);
    expect(valueOf(await own.evaluate("hostile", job({ n: 2 }, "n"), signal))).toBe(2);
  });

  it("of a source that had to be killed are not waited for by others", async () => {
    const own = start();
    await expect(own.evaluate("hostile", regex, signal)).rejects.toThrow("took longer than 2 s");
    await own.evaluate("good", job({ n: 1 }, "n"), signal);
    let isOver = false;
    const hostile = own.evaluate("hostile", regex, signal).catch(() => {
      isOver = true;
    });
    for (let n = 0; n < 5; n++) expect(valueOf(await own.evaluate("good", job({ n }, "n"), signal))).toBe(n);
    expect(isOver).toBe(false);
    await hostile;
  });

  it("end when the scrape does", async () => {
    const own = start();
    const scrape = new AbortController();
    const running = own.evaluate("a", regex, scrape.signal);
    const waiting = own.evaluate("b", job({}, "1"), scrape.signal);
    const late = new Error("late");
    scrape.abort(late);
    await expect(running).rejects.toBe(late);
    await expect(waiting).rejects.toBe(late);
    await expect(own.evaluate("a", job({}, "1"), scrape.signal)).rejects.toBe(late);
  });

  it.skipIf(process.platform !== "linux")("end with the process that asks, also where that is killed", async () => {
    const url = new URL("../../../dist/modules/json/evaluator.js", import.meta.url).href;
    const program = `const { Evaluator } = await import(${JSON.stringify(url)});
      const evaluator = new Evaluator({ seconds: 600, heapBytes: 64 * 2 ** 20 });
      const { signal } = new AbortController();
      const job = JSON.parse(process.argv[1], (key, value) => (key === "bytes" ? Buffer.from(value) : value));
      await evaluator.evaluate("a", { ...job, metrics: [] }, signal);
      void evaluator.evaluate("a", job, signal);
      console.log("asked");`;
    const text = JSON.stringify(regex, (key, value: unknown) =>
      key === "bytes" ? Buffer.from(value as Uint8Array).toString() : value,
    );
    const asking = spawn(process.execPath, ["--input-type=module", "-e", program, text]);
    await once(asking.stdout, "data");
    const evaluating = Number(readFileSync(`/proc/${asking.pid}/task/${asking.pid}/children`, "utf8"));
    // It is busy, and not about to.
    await expect.poll(() => cpuTicks(evaluating), { timeout: 10_000 }).toBeGreaterThan(100);
    asking.kill("SIGKILL");
    await expect.poll(() => existsSync(`/proc/${evaluating}`), { timeout: 10_000 }).toBe(false);
  });

  it("that are there when it is stopped are evaluated", async () => {
    const own = start();
    const waiting = [1, 2].map(async (n) => valueOf(await own.evaluate("a", job({ n }, "n"), signal)));
    own.stop();
    expect(await Promise.all(waiting)).toEqual([1, 2]);
  });
});
