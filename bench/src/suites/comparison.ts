import type { Effort, Entry } from "../compare.ts";
import { startContender } from "../contender-process.ts";
import { type Contender, ours } from "../contenders.ts";
import type { Work } from "../work.ts";

/** Entries that are measured together, and the rows that come of it. */
export interface Comparison {
  readonly group: string;
  /** The first is what the others are compared with. */
  readonly entries: readonly Entry[];
  /** Whether an entry answers once and in fresh processes, rather than being timed round by round in one. */
  readonly once?: true;
  /**
   * Processes that each entry is timed in, one after the other; their medians are what counts. More than one where how a
   * compiler happens to treat a short loop would decide. Default: 1.
   */
  readonly processes?: number;
  /** How long a run, and the warming up before it, take at least, where it is thorough. Default: as for the others. */
  readonly effort?: Partial<Pick<Effort, "runMilliseconds" | "warmUpMilliseconds">>;
  /** What else an entry answers: a row each, named after the work and this. */
  readonly figures?: Readonly<Record<string, { readonly title: string; readonly unit: Unit }>>;
}

export type Unit = "ns" | "bytes";

/** The contenders that were found, by name. */
export type Contenders = ReadonlyMap<string, Contender>;

/** Every contender's name, ours first. */
export const everyone: readonly string[] = [
  ours,
  "prom-client",
  "@prometheus-io/client",
  "OpenTelemetry",
  "client_golang",
  "VictoriaMetrics",
  "Python",
];

/** Entries of those contenders of the names that were found, all doing one work. */
export function entriesOf(contenders: Contenders, names: readonly string[], title: string, work: Work): Entry[] {
  return names.flatMap((name) => {
    const contender = contenders.get(name);
    if (contender === undefined) return [];
    return [{ work: title, column: name, start: () => startContender(contender, work) }];
  });
}

/** 800, 1k, 100k, 1M. */
export function shortCount(count: number): string {
  if (count >= 1e6) return `${count / 1e6}M`;
  return count >= 1e3 ? `${count / 1e3}k` : String(count);
}
