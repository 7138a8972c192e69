import { expect, it } from "vitest";
import { NodeCounters, type Used } from "./node-counters.ts";
import { readResourceMetrics } from "./resource-metrics.ts";

// A start that is not told.
const never = -1;

/** A read of one container: when, in seconds, its counter, and when it started. */
function read(counters: NodeCounters, at: number, cpuSeconds: number, started = 0, uid = "pod"): Used | undefined {
  const sample = {
    namespace: "a",
    pod: "b",
    container: "c",
    memory: 1,
    cpuSeconds,
    timestamp: at * 1000,
    started: started === never ? undefined : started * 1000,
  };
  const used = counters.take(uid, sample);
  counters.endRead(sample.timestamp);
  return used;
}

it("makes a rate of two reads", () => {
  const counters = new NodeCounters();
  expect(read(counters, 100, 50)).toBeUndefined();
  expect(read(counters, 110, 55)).toEqual({ cpuSeconds: 5, cores: 0.5 });
});

it("waits where nothing has been measured since", () => {
  const counters = new NodeCounters();
  read(counters, 100, 50);
  expect(read(counters, 100, 50)).toBeUndefined();
  expect(read(counters, 120, 60)).toEqual({ cpuSeconds: 10, cores: 0.5 });
});

it("counts all of a container that started anew", () => {
  const counters = new NodeCounters();
  read(counters, 100, 50);
  expect(read(counters, 110, 2, 106)).toEqual({ cpuSeconds: 2, cores: 0.5 });
  // Even one that has passed what it had before.
  expect(read(counters, 120, 100, 115)).toEqual({ cpuSeconds: 100, cores: 20 });
  // And where nobody tells when it started.
  expect(read(counters, 130, 1, 115)).toEqual({ cpuSeconds: 1, cores: 0.1 });
});

it("goes on counting where the start of a container is told only now, no more, or otherwise than before", () => {
  const counters = new NodeCounters();
  read(counters, 100, 5000, never);
  expect(read(counters, 110, 5001, 50)).toEqual({ cpuSeconds: 1, cores: 0.1 });
  expect(read(counters, 120, 5002, never)).toEqual({ cpuSeconds: 1, cores: 0.1 });
  read(counters, 130, 5003, 50);
  expect(read(counters, 140, 5004, 51)).toEqual({ cpuSeconds: 1, cores: 0.1 });
});

it("counts all of a pod that is new on a node of which nothing had to be read before", () => {
  const counters = new NodeCounters(100_000);
  expect(read(counters, 110, 4, 102, "new")).toEqual({ cpuSeconds: 4, cores: 0.5 });
  expect(read(counters, 120, 1000, 1, "moved")).toBeUndefined();
  expect(counters.readUntil).toBe(120_000);
});

it("counts all of a pod that is new, and nothing of one that was there before we were", () => {
  const counters = new NodeCounters();
  expect(read(counters, 100, 50, 0, "old")).toBeUndefined();
  expect(read(counters, 110, 4, 102, "new")).toEqual({ cpuSeconds: 4, cores: 0.5 });
  expect(read(counters, 120, 1000, 1, "moved")).toBeUndefined();
});

it("reads what a kubelet tells", () => {
  const text = [
    "# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the container in core-seconds",
    "# TYPE container_cpu_usage_seconds_total counter",
    'container_cpu_usage_seconds_total{container="app",namespace="a",pod="b"} 4.710169 1633253809720',
    'container_cpu_usage_seconds_total{container="half",namespace="a",pod="b"} 1 1633253809720',
    'container_cpu_usage_seconds_total{container="clockless",namespace="a",pod="b"} 2',
    'container_cpu_usage_seconds_total{container="endless",namespace="a",pod="b"} 2',
    "# HELP container_memory_working_set_bytes [STABLE] Current working set of the container in bytes",
    "# TYPE container_memory_working_set_bytes gauge",
    'container_memory_working_set_bytes{container="app",namespace="a",pod="b"} 1.2435456e+07 1633253809720',
    'container_memory_working_set_bytes{container="clockless",namespace="a",pod="b"} 5',
    'container_memory_working_set_bytes{container="endless",namespace="a",pod="b"} +Inf',
    "# HELP container_start_time_seconds [STABLE] Start time of the container since unix epoch in seconds",
    "# TYPE container_start_time_seconds gauge",
    'container_start_time_seconds{container="app",namespace="a",pod="b"} 1.633252712812e+09 1633253809720',
    "# HELP node_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the node in core-seconds",
    "# TYPE node_cpu_usage_seconds_total counter",
    "node_cpu_usage_seconds_total 357.35491 1633253809720",
    "# HELP scrape_error [ALPHA] 1 if there was an error while getting container metrics, 0 otherwise",
    "# TYPE scrape_error gauge",
    "scrape_error 0",
    "",
  ].join("\n");
  const path = { namespace: "a", pod: "b" };
  expect(readResourceMetrics(text, 7)).toEqual([
    {
      ...path,
      container: "app",
      cpuSeconds: 4.710169,
      timestamp: 1_633_253_809_720,
      memory: 12_435_456,
      started: 1_633_252_712_812,
    },
    { ...path, container: "clockless", cpuSeconds: 2, timestamp: 7, memory: 5 },
  ]);
  expect(() => readResourceMetrics("<html>", 7)).toThrow("its metrics are malformed");
  for (const name of ["scrape_error", "resource_scrape_error"]) {
    const failed = `# TYPE ${name} gauge\n${name} 1\n`;
    expect(() => readResourceMetrics(failed, 7)).toThrow("it could not read its containers");
  }
});
