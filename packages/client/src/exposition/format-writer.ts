import type { Family, Sample } from "../family.ts";
import { Chunks } from "./chunks.ts";
import type { Format, Section } from "./format.ts";
import type { PageBytes } from "./page.ts";
import { Pages } from "./pages.ts";
import { TimeSlice } from "../time-slice.ts";

/** A family as it was last written. */
interface Kept {
  readonly description: Description;
  readonly sections: readonly (Section & { readonly pages: Pages })[];
  usedAt: number;
}

/** What the bytes of a family depend on beside its series. */
interface Description extends Pick<Family, "type" | "help" | "unit" | "samples" | "startUnknown"> {
  readonly labelNames: readonly string[];
}

/** How often a family is begun before it is written in one go, if each time it loses series meanwhile. */
const mostAttempts = 3;
/** Milliseconds after which a family that is not exposed any more is forgotten. */
const keptMilliseconds = 600_000;

/** Writes families in one format. It keeps their bytes, from one exposition to the next. */
export class FormatWriter {
  readonly #format: Format;
  readonly #kept = new Map<string, Kept>();
  #written: Promise<void> = Promise.resolve();

  constructor(format: Format) {
    this.#format = format;
  }

  /**
   * The families as bytes, made in slices of a few milliseconds. They stay as they are until they are released. A family that
   * cannot be read is left out and reported. Rejects with the reason of `signal` soon after that aborts.
   */
  async write(
    families: readonly Family[],
    report: (error: unknown, family: string) => void,
    signal?: AbortSignal,
  ): Promise<Chunks> {
    // One after the other: of two at a time each would write anew what the other has just written.
    const chunks = new Chunks();
    const written = this.#written.then(() => this.#write(families, chunks, report, signal));
    this.#written = written.catch(() => chunks.release());
    await written;
    return chunks;
  }

  async #write(
    families: readonly Family[],
    chunks: Chunks,
    report: (error: unknown, family: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    signal?.throwIfAborted();
    const slice = new TimeSlice(signal);
    const now = performance.now();
    for (const family of families) {
      if (slice.isOver()) await slice.next();
      try {
        const sections = this.#sectionsOf(family, now);
        // What stands in several sections has to be of one moment.
        const mayYield = sections.length === 1;
        for (const section of sections) {
          if (!writeAtOnce(section, family, chunks))
            await writeSection(section, family, chunks, mayYield ? slice : undefined);
        }
      } catch (error) {
        signal?.throwIfAborted();
        report(error, family.name);
      }
    }
    chunks.add(this.#format.end);
    chunks.flush();
    for (const [name, { usedAt }] of this.#kept) if (now - usedAt > keptMilliseconds) this.#kept.delete(name);
  }

  #sectionsOf(family: Family, now: number): Kept["sections"] {
    let kept = this.#kept.get(family.name);
    const description = descriptionOf(family);
    if (kept === undefined || !isSame(kept.description, description)) {
      const sections = this.#format.sections(family).map((section) => ({ ...section, pages: new Pages(section.rows) }));
      kept = { description, sections, usedAt: now };
      this.#kept.set(family.name, kept);
    }
    kept.usedAt = now;
    return kept.sections;
  }
}

/** Writes a section of one page at most, without a promise, which would cost more than most families. Returns false for more. */
function writeAtOnce({ head, pages }: Kept["sections"][number], family: Family, chunks: Chunks): boolean {
  const count = pages.count(family);
  if (count > 1) return false;
  const content = count === 0 ? undefined : pages.page(0, family).content;
  pages.tidy(count);
  chunks.add(head(content?.length ?? 0));
  if (content === undefined) return true;
  content.holders++;
  chunks.addPage(content);
  return true;
}

async function writeSection(
  { head, pages }: Kept["sections"][number],
  family: Family,
  chunks: Chunks,
  slice: TimeSlice | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { epoch } = family.series;
    const body: PageBytes[] = [];
    let isWhole = false;
    try {
      for (let number = 0; number < pages.count(family); number++) {
        if (attempt < mostAttempts && slice?.isOver()) await slice.next();
        const { content } = pages.page(number, family);
        content.holders++;
        body.push(content);
      }
      // Else a series that went and came back could stand in two pages.
      isWhole = family.series.epoch === epoch;
    } finally {
      if (!isWhole) for (const page of body) page.holders--;
    }
    if (!isWhole) continue;
    pages.tidy(body.length);
    chunks.add(head(body.reduce((length, page) => length + page.length, 0)));
    for (const page of body) chunks.addPage(page);
    return;
  }
}

function descriptionOf({ type, help, unit, samples, startUnknown = false, series }: Family): Description {
  return { type, help, unit, samples, startUnknown, labelNames: series.labelNames };
}

function isSame(a: Description, b: Description): boolean {
  return (
    a.type === b.type &&
    a.help === b.help &&
    a.unit === b.unit &&
    a.startUnknown === b.startUnknown &&
    areSame(a.labelNames, b.labelNames, Object.is) &&
    areSame(a.samples, b.samples, isSameSample)
  );
}

function areSame<T>(a: readonly T[], b: readonly T[], isSameItem: (a: T, b: T) => boolean): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => isSameItem(item, b[i]!)));
}

function isSameSample(a: Sample, b: Sample): boolean {
  return a === b || (a.kind === b.kind && detailOf(a) === detailOf(b));
}

function detailOf(sample: Sample): number | string | undefined {
  switch (sample.kind) {
    case "bucket":
      return sample.upperBound;
    case "quantile":
      return sample.quantile;
    case "state":
      return sample.state;
    default:
      return undefined;
  }
}
