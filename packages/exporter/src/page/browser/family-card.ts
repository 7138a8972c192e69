import type { WireFamily } from "../wire.ts";
import { copyButton } from "./copy-button.ts";
import { element } from "./element.ts";
import { FamilyPlot } from "./family-plot.ts";
import { labelText } from "./legend.ts";
import type { PageContext } from "./page-context.ts";
import { promQl } from "../promql.ts";

const chartHeight = 124;
/** How high a line of the legend is. */
const legendLine = 18;
/** How many lines a card has. */
const mostLines = 4;

/** A family among the others: its name at once, its plot as long as it is in view. */
export class FamilyCard {
  readonly family: WireFamily;
  readonly box: HTMLElement;
  readonly #context: PageContext;
  #plot: FamilyPlot | undefined;
  #foot: HTMLElement | undefined;
  #facts: HTMLElement | undefined;

  constructor(family: WireFamily, context: PageContext) {
    this.family = family;
    this.#context = context;
    const { name, help } = family;
    const link = element("a", { href: `#metric=${encodeURIComponent(name)}`, title: name }, wrappable(name));
    const copy = copyButton(`Copy the PromQL of ${name}`, () => {
      return promQl({ ...family, matchers: context.view.search.matchers });
    });
    this.box = element(
      "article",
      { class: "card" },
      element("header", {}, element("h4", {}, link), copy),
      element("p", { class: "help", title: help }, help || "No help text."),
    );
  }

  /** Whether it is in view. */
  get isShown(): boolean {
    return this.#plot !== undefined;
  }

  /** It comes into view. */
  show(): void {
    if (this.#plot !== undefined) return;
    const plot = new FamilyPlot(this.family, this.#context, {
      height: chartHeight,
      most: mostLines,
      spare: legendLine,
    });
    this.#plot = plot;
    this.#foot = element("p", { class: "foot" });
    this.#facts = this.family.kind === "labels" ? element("ul", { class: "facts" }) : undefined;
    this.box.append(...(this.#facts ? [this.#facts] : [plot.chartBox, plot.legend.list]), this.#foot);
    this.update();
  }

  /** It leaves the view. */
  hide(): void {
    if (this.#plot === undefined) return;
    for (const part of [this.#plot.chartBox, this.#plot.legend.list, this.#facts, this.#foot]) part?.remove();
    this.#plot.destroy();
    this.#plot = undefined;
  }

  /** The filter is another. */
  filter(): void {
    if (this.#plot !== undefined) this.#plot.data.matchers = this.#context.view.search.matchers;
  }

  /** Shows what has come. */
  update(): void {
    const plot = this.#plot;
    if (plot === undefined) return;
    plot.update();
    const text = footText(this.family, plot);
    if (this.#foot!.textContent !== text) this.#foot!.textContent = text;
    if (this.#facts === undefined) return;
    const facts = plot.data.lines.map(({ labels }) => {
      const { nodes, title } = labelText(Object.entries(labels));
      return element("li", { title }, ...nodes);
    });
    this.#facts.replaceChildren(...facts);
  }

  /** Draws it anew, in other colours. */
  redraw(): void {
    this.#plot?.redraw();
  }
}

const kinds: Readonly<Record<WireFamily["kind"], string>> = {
  value: "",
  rate: "rate by the second",
  buckets: "quantiles of 30 s",
  quantiles: "",
  mean: "mean",
  states: "",
  labels: "",
};

/** What a family is and how much of it is shown. */
export function footText({ type, kind }: WireFamily, plot: FamilyPlot): string {
  const { data, lines } = plot;
  const what = kinds[kind] === "" ? type : `${type}, ${kinds[kind]}`;
  if (plot.isPast) return `${what} · from Prometheus`;
  if (plot.problem !== undefined) return plot.problem;
  if (!data.isLoaded) return what;
  const { fitting, total } = data;
  const isAdded = kind === "buckets" && fitting > 1;
  const shown = isAdded ? `all ${fitting} series together` : series(fitting);
  const top = !isAdded && fitting > lines.length ? `top ${lines.length} of ${series(fitting)}` : shown;
  return `${what} · ${fitting < total ? `${top}, of ${total} in all` : top}`;
}

function series(number: number): string {
  return `${number} series`;
}

/** A name that may be broken behind its underscores. */
export function wrappable(name: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const part of name.split(/(?<=[_:])/)) fragment.append(part, document.createElement("wbr"));
  return fragment;
}
