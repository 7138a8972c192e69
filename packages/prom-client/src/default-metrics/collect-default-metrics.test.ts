import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Context, context, type ContextManager, ROOT_CONTEXT, trace, TraceFlags } from "@opentelemetry/api";
import * as promClient from "prom-client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Registry } from "../registry.ts";
import { collectDefaultMetrics } from "./collect-default-metrics.ts";

/** As much of a registry as both have. */
interface AnyRegistry {
  metrics(): Promise<string>;
  getMetricsAsJSON(): Promise<unknown[]>;
  resetMetrics(): void;
}

interface Json {
  readonly name: string;
  readonly values: readonly { readonly labels: object; readonly metricName?: string; readonly value: number }[];
}

type Config = Omit<NonNullable<Parameters<typeof collectDefaultMetrics>[0]>, "register"> & {
  enableExemplars?: boolean;
};

/** Registries with the default metrics, prom-client's and ours. */
function collectBoth(config: Config = {}, contentType?: string): { theirs: AnyRegistry; ours: AnyRegistry } {
  const theirs = new promClient.Registry();
  const ours = new Registry();
  for (const registry of [theirs, ours]) if (contentType) registry.setContentType(contentType as never);
  promClient.collectDefaultMetrics({ register: theirs, ...config });
  collectDefaultMetrics({ register: ours, ...config });
  return { theirs, ours };
}

/** Resolves when who has measured the delay of the event loop by now has a sample, as who begins now has, too. */
async function sampled(): Promise<void> {
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  await expect.poll(() => delays.count).toBeGreaterThan(0);
  delays.disable();
}

/** What the metrics are, without their numbers, which nobody reads twice. */
async function shapeOf(registry: AnyRegistry): Promise<unknown> {
  const metrics = (await registry.getMetricsAsJSON()) as Json[];
  return metrics.map(({ values, ...metric }) => ({
    ...metric,
    // Of what is active there may be more or less a moment later, and garbage collections come as they come.
    values: /active|gc_duration/.test(metric.name) ? [] : values.map((sample) => ({ ...sample, value: undefined })),
  }));
}

describe("names, types, help, aggregators, order and labels are prom-client's", () => {
  it.each<Config>([
    {},
    { prefix: "app_" },
    { labels: { instance: "a", shard: 3 } },
    { prefix: "app_", labels: { instance: "a" }, gcDurationBuckets: [0.5, 1], eventLoopMonitoringPrecision: 20 },
  ])("with %o", async (config) => {
    const { theirs, ours } = collectBoth(config);
    // The delay of the event loop has to be sampled once.
    await sampled();
    expect(await shapeOf(ours)).toEqual(await shapeOf(theirs));
    const declared = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("#"));
    expect(declared(await ours.metrics())).toEqual(declared(await theirs.metrics()));
  });

  it("after a reset, too", async () => {
    const { theirs, ours } = collectBoth();
    await Promise.all([ours.metrics(), theirs.metrics()]);
    for (const registry of [theirs, ours]) registry.resetMetrics();
    await sampled();
    expect(await shapeOf(ours)).toEqual(await shapeOf(theirs));
  });
});

it("counts what is active by the types of prom-client, with the labels of all", async () => {
  const handles = [new URL("a:"), new URL("b:"), Object.create(null) as object];
  const spies = [
    vi.spyOn(process, "getActiveResourcesInfo").mockReturnValue(["Timeout", "TCPWRAP", "Timeout"]),
    vi.spyOn(process as unknown as { _getActiveHandles(): object[] }, "_getActiveHandles").mockReturnValue(handles),
  ];
  const { theirs, ours } = collectBoth({ labels: { instance: "a" } });
  const active = async (registry: AnyRegistry): Promise<Json[]> =>
    ((await registry.getMetricsAsJSON()) as Json[]).filter(({ name }) => name.includes("_active_"));
  const found = await active(ours);
  expect(found).toEqual(await active(theirs));
  expect(found.flatMap(({ values }) => values)).toContainEqual({ labels: { instance: "a", type: "URL" }, value: 2 });
  for (const spy of spies) spy.mockRestore();
});

it("tells about the same of the process", async () => {
  const { theirs, ours } = collectBoth();
  const read = async (registry: AnyRegistry): Promise<Record<string, number>> =>
    Object.fromEntries(
      ((await registry.getMetricsAsJSON()) as Json[]).map(({ name, values }) => [name, values[0]?.value ?? NaN]),
    );
  const [left, right] = [await read(ours), await read(theirs)];
  for (const name of Object.keys(right).filter((each) => /memory|heap|fds|start_time/.test(each))) {
    expect(Math.abs(left[name]! - right[name]!), name).toBeLessThanOrEqual(right[name]! / 2);
  }
  expect(left["process_cpu_seconds_total"]).toBeLessThanOrEqual(1);
  expect(left["process_cpu_seconds_total"]).toBeCloseTo(
    left["process_cpu_user_seconds_total"]! + left["process_cpu_system_seconds_total"]!,
    6,
  );
});

it("lists the subjects that prom-client lists", () => {
  expect(collectDefaultMetrics.metricsList).toEqual(promClient.collectDefaultMetrics.metricsList);
});

describe("fails as prom-client does", () => {
  it.each([5, "text", true])("for %o in place of a configuration", (config) => {
    const message = "config must be null, undefined, or an object";
    expect(() => collectDefaultMetrics(config as never)).toThrow(new TypeError(message));
    expect(() => promClient.collectDefaultMetrics(config as never)).toThrow(new TypeError(message));
  });

  it("for a registry that has them already", () => {
    const both: readonly { readonly collect: (config: { register: never }) => void; readonly register: unknown }[] = [
      { collect: collectDefaultMetrics, register: new Registry() },
      { collect: promClient.collectDefaultMetrics, register: new promClient.Registry() },
    ];
    const messages = both.map(({ collect, register }) => {
      collect({ register: register as never });
      try {
        collect({ register: register as never });
      } catch (error) {
        return (error as Error).message;
      }
      return undefined;
    });
    expect(messages[0]).toMatch(/^A metric with the name process_cpu_user_seconds_total has already been registered/);
    expect(messages[0]).toBe(messages[1]);
  });

  it("for a precision that is none", () => {
    const register = new Registry();
    expect(() => collectDefaultMetrics({ register, eventLoopMonitoringPrecision: -1 })).toThrow(RangeError);
  });

  it("for exemplars in a registry whose format has none", () => {
    expect(() => collectDefaultMetrics({ register: new Registry(), enableExemplars: true } as never)).toThrow(
      "Exemplars are supported only on OpenMetrics registries",
    );
  });
});

/** The least that a context manager may be: what `with` sets is active until what it returns is settled. */
class OneContext implements ContextManager {
  #active: Context = ROOT_CONTEXT;
  active(): Context {
    return this.#active;
  }
  with: ContextManager["with"] = (entered, work, self, ...args) => {
    this.#active = entered;
    const result = work.call(self!, ...args);
    void Promise.resolve(result).finally(() => (this.#active = ROOT_CONTEXT));
    return result;
  };
  bind<T>(_context: Context, target: T): T {
    return target;
  }
  enable(): this {
    return this;
  }
  disable(): this {
    return this;
  }
}

describe("exemplars of CPU time", () => {
  afterEach(() => context.disable());

  it("are the active span of OpenTelemetry, as prom-client's are", async () => {
    context.setGlobalContextManager(new OneContext());
    const { theirs, ours } = collectBoth({ enableExemplars: true }, promClient.openMetricsContentType);
    const spanContext = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: TraceFlags.SAMPLED };
    const active = trace.setSpan(context.active(), trace.wrapSpanContext(spanContext));
    for (const registry of [theirs, ours]) {
      const text = await context.with(active, () => registry.metrics());
      expect(text).toMatch(
        new RegExp(`^process_cpu_seconds_total \\S+ # {traceId="${"a".repeat(32)}",spanId="b{16}"} \\S+ \\S+$`, "m"),
      );
    }
  });
});
