import { beforeEach, expect, it, vi } from "vitest";

// Programs may import nothing but one of these, and have the default registry from there.

beforeEach(() => void vi.resetModules());

it("come along where only what serves the metrics is imported", async () => {
  const { metricsHandler } = await import("../http/index.ts");
  const response = await metricsHandler()(new Request("http://localhost/metrics"));
  expect(await response.text()).toContain("process_cpu_seconds_total");
});

it("come along where only what collects those of other processes is imported", async () => {
  const { collectWorkers } = await import("../cluster/index.ts");
  const workers = await collectWorkers();
  expect(await workers.registry.metrics()).toContain("process_cpu_seconds_total");
  await workers.close();
});
