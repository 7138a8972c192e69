import type { Gauge, GaugeSeries } from "./gauge.ts";
import type { Histogram, HistogramSeries } from "./histogram.ts";
import type { Summary, SummarySeries } from "./summary.ts";
import { time } from "./timer.ts";

/** What takes the seconds that a method took: a bound series, or a metric without labels. */
export type TimedBy = GaugeSeries | Gauge | HistogramSeries | Histogram | SummarySeries | Summary;

type Method = (this: never, ...args: never[]) => unknown;

/** A decorator of methods that works under the standard's decorators and under TypeScript's older ones. */
export interface TimedDecorator {
  <Decorated extends Method>(method: Decorated, context: ClassMethodDecoratorContext): Decorated;
  (prototype: object, name: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor;
}

/**
 * Decorates a method so that the seconds of each call, until a promise it returns is settled, are observed by a histogram
 * or summary, or set on a gauge. The method's own code stays free of metrics.
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
    return function timedMethod(this: never, ...args: never[]): unknown {
      return time(report, () => method.apply(this, args));
    };
  }
  function decorate(target: unknown, _context: unknown, descriptor?: PropertyDescriptor): unknown {
    if (descriptor === undefined) return wrap(target as Method);
    return { ...descriptor, value: wrap(descriptor.value as Method) };
  }
  return decorate as TimedDecorator;
}
