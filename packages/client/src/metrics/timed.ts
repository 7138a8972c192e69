import type { Gauge, GaugeSeries } from "./gauge.ts";
import type { Histogram, HistogramSeries } from "./histogram.ts";
import type { Summary, SummarySeries } from "./summary.ts";
import { time } from "./timer.ts";

/** What takes the seconds that a method took: a bound series, or a metric without labels. */
export type TimedBy = GaugeSeries | Gauge | HistogramSeries | Histogram | SummarySeries | Summary;

type Method = (this: never, ...args: never[]) => unknown;

/** What the package `reflect-metadata` adds to `Reflect`. */
interface ReflectMetadata {
  getOwnMetadataKeys?(target: object): unknown[];
  getOwnMetadata(key: unknown, target: object): unknown;
  defineMetadata(key: unknown, value: unknown, target: object): void;
}

/** A decorator of methods that works under the standard's decorators and under TypeScript's older ones. */
export interface TimedDecorator {
  <Decorated extends Method>(method: Decorated, context: ClassMethodDecoratorContext): Decorated;
  (prototype: object, name: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor;
}

/**
 * Decorates a method so that the seconds of each call, until a promise it returns is settled, are observed by a histogram
 * or summary, or set on a gauge. The method's own code stays free of metrics. What other decorators have noted on the method,
 * as NestJS does its routes, stays on it, so their order does not matter.
 *
 * ```ts
 * class Jobs {
 *   @timed(duration.labels("mail"))
 *   async sendMail() {}
 * }
 * ```
 */
export function timed(by: TimedBy): TimedDecorator {
  const report = (seconds: number): void => {
    // Each of them has one of the two methods; that a union of them can be called is more than the compiler sees.
    const series = by as { observe?(seconds: number): void; set?(seconds: number): void };
    if (series.observe) series.observe(seconds);
    else series.set?.(seconds);
  };
  function wrap(method: Method): Method {
    function timedMethod(this: never, ...args: never[]): unknown {
      return time(report, () => method.apply(this, args));
    }
    keepNotes(method, timedMethod);
    return timedMethod;
  }
  function decorate(target: unknown, _context: unknown, descriptor?: PropertyDescriptor): unknown {
    if (descriptor === undefined) return wrap(target as Method);
    return { ...descriptor, value: wrap(descriptor.value as Method) };
  }
  return decorate as TimedDecorator;
}

/** Gives a method that replaces another the name, length, properties and metadata of that one. */
function keepNotes(method: Method, replacement: Method): void {
  Object.assign(replacement, method);
  for (const key of ["name", "length"] as const) {
    Object.defineProperty(replacement, key, { value: method[key], configurable: true });
  }
  const metadata = Reflect as unknown as ReflectMetadata;
  for (const key of metadata.getOwnMetadataKeys?.(method) ?? []) {
    metadata.defineMetadata(key, metadata.getOwnMetadata(key, method), replacement);
  }
}
