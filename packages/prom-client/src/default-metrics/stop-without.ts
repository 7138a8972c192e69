/**
 * Calls `stop` some time after nobody has the metric any more. What prom-client starts for a registry nobody can stop, so
 * that it went on for ever where a registry was cleared or thrown away.
 *
 * @param stop must not hold the metric, not even by the scope that it is written in.
 */
export function stopWithout(metric: object, stop: () => void): void {
  metrics.register(metric, stop);
}

const metrics = new FinalizationRegistry<() => void>((stop) => stop());
