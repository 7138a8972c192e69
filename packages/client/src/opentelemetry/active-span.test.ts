import { type Context, context, type ContextManager, ROOT_CONTEXT, trace, TraceFlags } from "@opentelemetry/api";
import { afterEach, expect, it } from "vitest";
import { Counter } from "../metrics/counter.ts";
import { Registry } from "../registry.ts";
import { activeSpan } from "./active-span.ts";

/** The least that a context manager may be: what `with` sets is active until it returns. */
class SynchronousContext implements ContextManager {
  #active: Context = ROOT_CONTEXT;
  active(): Context {
    return this.#active;
  }
  with: ContextManager["with"] = (entered, work, self, ...args) => {
    const before = this.#active;
    this.#active = entered;
    try {
      return work.call(self!, ...args);
    } finally {
      this.#active = before;
    }
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

afterEach(() => context.disable());

it("gives the active span as an exemplar if it is sampled, and nothing without one", async () => {
  context.setGlobalContextManager(new SynchronousContext());
  const registry = new Registry();
  const counter = new Counter({ name: "c_total", help: "C.", exemplars: activeSpan, registers: [registry] });
  const inSpan = (traceFlags: TraceFlags, work: () => void) => {
    const span = trace.wrapSpanContext({ traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags });
    context.with(trace.setSpan(context.active(), span), work);
  };
  const exposed = async () =>
    new TextDecoder().decode((await registry.expose({ accept: "application/openmetrics-text" })).body);

  counter.inc();
  inSpan(TraceFlags.NONE, () => counter.inc());
  expect(await exposed()).toContain("c_total 2\n");
  inSpan(TraceFlags.SAMPLED, () => counter.inc());
  expect(await exposed()).toContain(`c_total 3 # {trace_id="${"a".repeat(32)}",span_id="${"b".repeat(16)}"} 1 `);
});
