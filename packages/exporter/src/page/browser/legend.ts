import { element } from "./element.ts";
import { lineColour, paletteSize } from "./chart.ts";
import { formatValue, type Unit } from "./units.ts";

/** A line as the legend has it. */
export interface LegendLine {
  /** Label names and values, or a text by itself. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly values: readonly (number | null)[];
}

/** The lines of a plot by name, each with its number at the pointer, or its last. */
export class Legend {
  readonly list: HTMLUListElement = element("ul", { class: "legend" });
  readonly #unit: Unit;
  #lines: readonly LegendLine[] = [];
  #numbers: HTMLElement[] = [];
  #point: number | null = null;

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  /** Shows other lines; as many as `most`. */
  show(lines: readonly LegendLine[], isOther: boolean): void {
    this.#lines = lines;
    if (isOther) {
      this.#numbers = lines.map(() => element("span", { class: "number" }));
      this.list.replaceChildren(...lines.map((line, index) => this.#item(line, index)));
    }
    this.#update();
  }

  /** Shows the numbers of one sample, or the last. */
  point(index: number | null): void {
    this.#point = index;
    this.#update();
  }

  #update(): void {
    for (const [index, { values }] of this.#lines.entries()) {
      const value = this.#point === null ? values.at(-1) : values[this.#point];
      const text = formatValue(value, this.#unit);
      const number = this.#numbers[index]!;
      if (number.textContent !== text) number.textContent = text;
    }
  }

  #item({ labels }: LegendLine, index: number): HTMLLIElement {
    const key = element("i", { class: index >= paletteSize ? "key dashed" : "key" });
    key.style.color = `var(${lineColour(index)})`;
    const text = labelText(labels);
    return element(
      "li",
      {},
      key,
      element("span", { class: "labels", title: text.title }, ...text.nodes),
      this.#numbers[index]!,
    );
  }
}

/** Labels to read: names quiet, values plain. */
export function labelText(labels: LegendLine["labels"]): { title: string; nodes: Node[] } {
  const nodes = labels.flatMap(([name, value], index) => [
    ...(index > 0 ? [document.createTextNode(" ")] : []),
    ...(name === "" ? [] : [element("span", { class: "quiet" }, `${name}=`)]),
    document.createTextNode(value === "" ? '""' : value),
  ]);
  const title = labels.map(([name, value]) => (name === "" ? value : `${name}=${JSON.stringify(value)}`)).join(", ");
  return { title, nodes };
}

/** The labels that tell lines apart; of a single line, all. */
export function tellingLabels(lines: readonly { readonly labels: Readonly<Record<string, string>> }[]): string[] {
  const names = Object.keys(lines[0]?.labels ?? {});
  if (lines.length < 2) return names.filter((name) => lines[0]!.labels[name] !== "");
  const telling = names.filter((name) => lines.some(({ labels }) => labels[name] !== lines[0]!.labels[name]));
  return telling.length === 0 ? names : telling;
}
