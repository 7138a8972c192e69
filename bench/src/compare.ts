import type { Answer } from "./work.ts";

/** Somebody who does a work, and how. The first of a comparison is what the others are compared with. */
export interface Entry {
  /** The row and the column of the results. */
  readonly work: string;
  readonly column: string;
  start(): Promise<Runnable>;
}

/** An entry that is ready. */
export interface Runnable {
  ask(times: number): Promise<Answer>;
  stop(): Promise<void>;
}

/** What was measured of one entry. */
export interface Measurement {
  readonly work: string;
  readonly column: string;
  /** Median of the nanoseconds that the work takes once. */
  readonly nanoseconds: number;
  /** Median, over the rounds, of its time divided by that of the first entry in the same round. */
  readonly ratio: number;
  /** The medians of what else the entry answered. */
  readonly figures: Readonly<Record<string, number>>;
}

/** How long to measure. */
export interface Effort {
  /** Rounds at most. */
  readonly rounds: number;
  /** No round starts after that many seconds, once there were as many as `leastRounds`. */
  readonly seconds: number;
  readonly leastRounds: number;
  /** A run is made of as many repetitions as take this long. */
  readonly runMilliseconds: number;
  /** How long a contender does the work before it is measured. */
  readonly warmUpMilliseconds: number;
}

interface Runner {
  readonly entry: Entry;
  readonly runnable: Runnable;
  readonly times: number;
  readonly answers: Answer[];
}

/**
 * Measures the entries in turn, round by round, so that a change in the machine's speed meets them all. An entry that fails
 * is told to `onFailure` and left out.
 */
export async function compare(
  entries: readonly Entry[],
  effort: Effort,
  onFailure: (entry: Entry, error: unknown) => void,
): Promise<Measurement[]> {
  let runners: Runner[] = [];
  for (const entry of entries) {
    try {
      const runnable = await entry.start();
      runners.push({ entry, runnable, times: await calibrate(runnable, effort), answers: [] });
    } catch (error) {
      onFailure(entry, error);
    }
  }
  const deadline = performance.now() + effort.seconds * 1000;
  for (let round = 0; round < effort.rounds && (round < effort.leastRounds || performance.now() < deadline); round++) {
    for (const runner of [...runners.slice(round % runners.length), ...runners.slice(0, round % runners.length)]) {
      try {
        runner.answers.push(await runner.runnable.ask(runner.times));
      } catch (error) {
        onFailure(runner.entry, error);
        runners = runners.filter((other) => other !== runner);
        await runner.runnable.stop();
      }
    }
  }
  await Promise.all(runners.map(({ runnable }) => runnable.stop()));
  const first = runners.find(({ entry }) => entry === entries[0]);
  return runners.map((runner) => measurement(runner, first));
}

/**
 * How often the work fits into a run. The runs that it takes to find out warm the code up: two at least, and as many as
 * take the effort's time to warm up, so that who is fast and soon done is not measured cold.
 */
async function calibrate(runnable: Runnable, { runMilliseconds, warmUpMilliseconds }: Effort): Promise<number> {
  let times = 1;
  let spent = 0;
  for (let run = 1; ; run++) {
    const nanoseconds = (await runnable.ask(times)).nanoseconds!;
    spent += nanoseconds;
    const missing = (runMilliseconds * 1e6) / nanoseconds;
    if (run >= 2 && missing <= 1.2 && spent >= warmUpMilliseconds * 1e6) {
      return Math.max(1, Math.round(times * Math.min(missing, 1)));
    }
    times = Math.max(1, Math.ceil(times * Math.min(missing, 10)));
  }
}

function measurement({ entry, times, answers }: Runner, first: Runner | undefined): Measurement {
  const samples = answers.map(({ nanoseconds }) => nanoseconds! / times);
  const baseline = first?.answers.map(({ nanoseconds }) => nanoseconds! / first.times) ?? samples.map(() => NaN);
  const names = Object.keys(answers[0] ?? {}).filter((name) => name !== "nanoseconds");
  return {
    work: entry.work,
    column: entry.column,
    nanoseconds: median(samples),
    ratio: median(samples.map((sample, round) => sample / baseline[round]!)),
    figures: Object.fromEntries(names.map((name) => [name, median(answers.map((answer) => Number(answer[name])))])),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
