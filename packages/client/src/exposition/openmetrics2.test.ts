import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Counter } from "../metrics/counter.ts";
import { GaugeHistogram } from "../metrics/gauge-histogram.ts";
import { Gauge } from "../metrics/gauge.ts";
import { Histogram } from "../metrics/histogram.ts";
import { Info } from "../metrics/info.ts";
import { StateSet } from "../metrics/state-set.ts";
import { Summary } from "../metrics/summary.ts";
import { Registry } from "../registry.ts";

let registry: Registry;
beforeEach(() => {
  registry = new Registry();
  vi.useFakeTimers({ now: 1_700_000_000_500 });
});
afterEach(() => void vi.useRealTimers());

async function exposed(): Promise<string> {
  const accept = "application/openmetrics-text;version=2.0.0;escaping=allow-utf-8";
  const { body, contentType } = await registry.expose({ accept });
  expect(contentType).toBe("application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=allow-utf-8");
  return new TextDecoder().decode(body);
}

it("keeps names as they were declared, and tells start timestamps and exemplars", async () => {
  const registers = [registry];
  new Counter({ name: "sent_bytes_total", help: 'A "b".', unit: "bytes", registers }).inc(3, { trace_id: "x" });
  new Counter({ name: "plain", help: "Plain.", labelNames: ["a"], registers }).setTotal({ a: "b" }, 7);
  new Gauge({ name: "room.temperature", help: "R.", nameValidation: "utf8", registers }).set(21);
  new Info({ name: "build_info", help: "B.", labelNames: ["v"], registers }).set({ v: 1 });
  new StateSet({ name: "job", help: "Job.", states: ["on", "off"], registers }).set("off");
  expect(await exposed()).toBe(`# TYPE build_info info
# HELP build_info B.
build_info{v="1"} 1
# TYPE job stateset
# HELP job Job.
job{job="on"} 0
job{job="off"} 1
# TYPE plain counter
# HELP plain Plain.
plain{a="b"} 7
# TYPE "room.temperature" gauge
# HELP "room.temperature" R.
{"room.temperature"} 21
# TYPE sent_bytes_total counter
# UNIT sent_bytes_total bytes
# HELP sent_bytes_total A \\"b\\".
sent_bytes_total 3 st@1700000000.500 # {trace_id="x"} 3 1700000000.500
# EOF
`);
});

it("tells a histogram, classic, native or both, a gauge histogram and a summary in one line each", async () => {
  const registers = [registry];
  const classic = new Histogram({ name: "classic", help: "C.", buckets: [0.5, 1e6], registers });
  classic.observe(0.5, { trace_id: "x" });
  classic.observe(2e6);
  const native = new Histogram({ name: "native", help: "N.", native: { bucketFactor: 2 }, registers });
  for (const value of [0, 1, 1, 2, 16, -4]) native.observe(value);
  const both = new Histogram({ name: "both", help: "B.", native: { bucketFactor: 2 }, buckets: [1], registers });
  both.observe(1);
  new GaugeHistogram({ name: "ages", help: "A.", buckets: [1], registers }).set([0.5, 3]);
  new Summary({ name: "sizes", help: "S.", quantiles: [0.9, 0.5], registers });
  const lines = (await exposed()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines).toEqual([
    "ages {gcount:2,gsum:3.5,bucket:[1.0:1,+Inf:2]}",
    "both {count:1,sum:1,schema:0,zero_threshold:2.938735877055719e-39,zero_count:0," +
      "positive_spans:[0:1],positive_buckets:[1],bucket:[1.0:1,+Inf:1]} st@1700000000.500",
    'classic {count:2,sum:2000000.5,bucket:[0.5:1,1e+06:1,+Inf:2]} st@1700000000.500 # {trace_id="x"} 0.5 1700000000.500',
    "native {count:6,sum:16,schema:0,zero_threshold:2.938735877055719e-39,zero_count:1,negative_spans:[2:1]," +
      "negative_buckets:[1],positive_spans:[0:2,2:1],positive_buckets:[2,1,1]} st@1700000000.500",
    "sizes {count:0,sum:0,quantile:[0.5:NaN,0.9:NaN]} st@1700000000.500",
  ]);
});
