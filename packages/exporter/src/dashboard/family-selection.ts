import type { ExposedFamily } from "./exposed-family.ts";

/** As many lines as can be told from each other, for each instance. */
const mostLines = 30;

/** How the series of a family are asked for: which of them, and which labels are kept apart. */
export class Selection {
  /** What its lines are called. */
  readonly legend: string;
  /** What is said of the labels that are not kept apart. */
  readonly lost: string;
  readonly #family: ExposedFamily;
  readonly #matchers: string;
  readonly #kept: readonly string[];

  constructor(family: ExposedFamily, chosen: ReadonlySet<string>) {
    const { labels } = family;
    this.#family = family;
    const matchers = [...labels.keys()].filter((label) => chosen.has(label)).map((label) => `${label}=~"$${label}"`);
    this.#matchers = ["$targets", ...matchers].join(", ");
    this.#kept = keptLabels(family);
    const varying = this.#kept.filter((label) => labels.get(label)!.size > 1);
    this.legend = ["instance", ...varying].map((label) => `{{${label}}}`).join(" ");
    const others = [...labels.keys()].filter((label) => !this.#kept.includes(label));
    this.lost = others.length === 0 ? "" : `over all of ${others.join(", ")}`;
  }

  of(suffix: string): string {
    return `${this.#family.name}${suffix}{${this.#matchers}}`;
  }

  rate(suffix: string): string {
    return `rate(${this.of(suffix)}[$__rate_interval])`;
  }

  sum(expr: string): string {
    return this.#aggregated("sum", expr);
  }

  average(expr: string): string {
    return this.#aggregated("avg", expr);
  }

  max(expr: string): string {
    return this.#aggregated("max", expr);
  }

  #aggregated(operator: string, expr: string): string {
    if (this.lost === "") return expr;
    return `${operator} by (${["instance", ...this.#kept].join(", ")}) (${expr})`;
  }
}

/** The labels by which lines are kept apart: all of them, or those of few values as long as the lines are not too many. */
function keptLabels({ labels, labelSets }: ExposedFamily): string[] {
  const names = [...labels.keys()];
  if (labelSets.length <= mostLines) return names;
  const kept: number[] = [];
  const bySize = names.map((name, i) => ({ i, size: labels.get(name)!.size })).toSorted((a, b) => a.size - b.size);
  for (const { i } of bySize) {
    const next = [...kept, i];
    if (new Set(labelSets.map((set) => JSON.stringify(next.map((each) => set[each] ?? null)))).size > mostLines) break;
    kept.push(i);
  }
  return names.filter((_, i) => kept.includes(i));
}
