/** A type of family that a query can make. */
export type FamilyType = "counter" | "gauge" | "histogram" | "info" | "unknown";

/** The buckets of a histogram's series: cumulative counts by upper bound, the sum, and the number of observations. */
export interface HistogramValue {
  readonly buckets: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** What a family is declared with. */
export interface FamilyDeclaration {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** The upper bounds of a histogram's buckets, without that of all. */
  readonly bounds?: readonly number[] | undefined;
}

/** A series: its label values in the order of the family's names, and its value. */
export interface MadeSeries {
  readonly labels: readonly string[];
  readonly value: number | HistogramValue;
}

/** A family that a query has made, as plain data: it can be kept, and written with other labels beside its own. */
export interface MadeFamily extends FamilyDeclaration {
  readonly series: ReadonlyMap<string, MadeSeries>;
}

interface GrowingFamily extends FamilyDeclaration {
  readonly series: Map<string, MadeSeries>;
}

/** The families of one query or part of a preset, while they are made. */
export class Families {
  readonly #families = new Map<string, GrowingFamily>();

  /** The families that have been declared, in that order. */
  get all(): readonly MadeFamily[] {
    return [...this.#families.values()];
  }

  /** Declares a family, which may have no series. Throws if there is another of its name. */
  declare(declaration: FamilyDeclaration): void {
    const other = this.#families.get(declaration.name);
    if (other === undefined) this.#families.set(declaration.name, { ...declaration, series: new Map() });
    else checkAlike(other, declaration);
  }

  /** Adds a series to a family that was declared. Throws if it is there already, or its value is none of the type. */
  add(name: string, labels: readonly string[], value: number | HistogramValue): void {
    const { type, series, labelNames } = this.#families.get(name)!;
    const key = JSON.stringify(labels);
    if (series.has(key)) throw duplicate(name, labelNames, labels);
    if (type === "counter" && !(Number(value) >= 0 && Number(value) < Infinity)) {
      throw new Error(`metric ${name} is a counter, which cannot be ${String(value)}; make it a gauge`);
    }
    series.set(key, { labels, value });
  }

  /** Declares a family whose labels are those of a series, unless it is there, and adds the series. */
  put(
    family: Omit<FamilyDeclaration, "labelNames">,
    labels: Readonly<Record<string, string>>,
    value: number | HistogramValue,
  ): void {
    if (!this.#families.has(family.name)) this.declare({ ...family, labelNames: Object.keys(labels) });
    this.add(family.name, Object.values(labels), value);
  }

  /** Adds what another has made. Throws, and adds nothing, if a family is declared otherwise there, or a series is in both. */
  join(others: readonly MadeFamily[]): void {
    for (const other of others) {
      const mine = this.#families.get(other.name);
      if (mine === undefined) continue;
      checkAlike(mine, other);
      for (const [key, { labels }] of other.series) {
        if (mine.series.has(key)) throw duplicate(other.name, other.labelNames, labels);
      }
    }
    for (const other of others) {
      this.declare(other);
      const { series } = this.#families.get(other.name)!;
      for (const [key, each] of other.series) series.set(key, each);
    }
  }
}

function checkAlike(one: FamilyDeclaration, other: FamilyDeclaration): void {
  const isAlike = (["type", "help", "labelNames", "bounds"] as const).every(
    (key) => JSON.stringify(one[key]) === JSON.stringify(other[key]),
  );
  if (isAlike) return;
  throw new Error(`metric ${one.name} is declared twice with other words or labels; give one of the two another name`);
}

function duplicate(name: string, labelNames: readonly string[], labels: readonly string[]): Error {
  const shown = labelNames.map((label, i) => `${label}=${JSON.stringify(labels[i])}`).join(",");
  const remedy = "group by the label columns, or make a label of one more";
  return new Error(`metric ${name} has two rows for {${shown}}; ${remedy}`);
}
