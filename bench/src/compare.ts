/** One of the libraries that do the same work. The first of a comparison is ours. */
export interface Contender {
  readonly name: string;
  /** Does the work `times` times; only this is timed. */
  run(times: number): void | Promise<void>;
  /** What has to happen before each timed run, such as changing the values that a scrape then renders. */
  prepare?(): void;
}

/** A piece of work and who does it. */
export interface Comparison {
  readonly work: string;
  readonly contenders: readonly Contender[];
  /** How often the work is done in a timed run. Default: as often as takes 20 milliseconds. */
  readonly times?: number;
}

/** What was measured of one contender. */
export interface Measurement {
  readonly work: string;
  readonly contender: string;
  /** Median time that the work takes once. */
  readonly nanoseconds: number;
  /** Median, over the rounds, of its time divided by that of the first contender in the same round. */
  readonly ratio: number;
}

const rounds = 21;
const runNanoseconds = 20e6;

/** Measures the contenders in turn, round by round, so that a change in the machine's speed meets them all. */
export async function compare({ work, contenders, times }: Comparison): Promise<Measurement[]> {
  const counts: number[] = [];
  for (const contender of contenders) counts.push(times ?? (await calibrate(contender)));
  const samples: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      const turn = (i + round) % contenders.length;
      samples[turn]!.push((await time(contenders[turn]!, counts[turn]!)) / counts[turn]!);
    }
  }
  return contenders.map(({ name }, i) => ({
    work,
    contender: name,
    nanoseconds: median(samples[i]!),
    ratio: median(samples[i]!.map((sample, round) => sample / samples[0]![round]!)),
  }));
}

/** How often the work fits into a run; the runs it takes to find out warm the code up. */
async function calibrate(contender: Contender): Promise<number> {
  let times = 1;
  while ((await time(contender, times)) < runNanoseconds) times *= 2;
  return times;
}

async function time(contender: Contender, times: number): Promise<number> {
  contender.prepare?.();
  globalThis.gc?.();
  const start = process.hrtime.bigint();
  await contender.run(times);
  return Number(process.hrtime.bigint() - start);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
