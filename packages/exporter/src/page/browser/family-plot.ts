import type { WireFamily } from "../wire.ts";
import { Chart } from "./chart.ts";
import { element } from "./element.ts";
import { familyLines } from "./family-lines.ts";
import { Legend, type LegendLine } from "./legend.ts";
import type { PageContext } from "./page-context.ts";
import { PlotData } from "./plot-data.ts";
import { formatValue, type Unit, unitOf } from "./units.ts";

/** The unit of what a family's plot shows. */
export function plotUnit({ name, unit, kind }: WireFamily): Unit {
  return unitOf(name, unit, kind === "rate");
}

/** What a plot of a family is made with. */
export interface FamilyPlotOptions {
  readonly height: number;
  /** How many lines there may be. */
  readonly most: number;
  /** How much higher the chart is for each line that is not there, since the legend is shorter. Default: 0. */
  readonly spare?: number | undefined;
}

/** A family's chart and legend, which ask for their numbers as long as they are there. */
export class FamilyPlot {
  readonly data: PlotData;
  readonly chartBox: HTMLElement = element("div", { class: "chart", role: "img" });
  readonly legend: Legend;
  /** The lines that are shown, with as many numbers as there are times. */
  lines: readonly LegendLine[] = [];
  readonly #family: WireFamily;
  readonly #context: PageContext;
  readonly #chart: Chart;
  readonly #options: FamilyPlotOptions;
  #version = -1;

  constructor(family: WireFamily, context: PageContext, options: FamilyPlotOptions) {
    const { height, most } = options;
    this.#options = options;
    this.#family = family;
    this.#context = context;
    const unit = plotUnit(family);
    this.data = new PlotData(family.name, most, context.view.search.matchers);
    this.legend = new Legend(unit);
    this.#chart = new Chart(this.chartBox, { unit, height, onPoint: (index) => this.legend.point(index) });
    context.feed.add(this.data);
  }

  /** Shows what has come, for the span of time that is looked at. */
  update(): void {
    const { feed, view } = this.#context;
    if (!this.data.isLoaded) return;
    const { times, first } = feed;
    this.lines = familyLines(this.#family, this.data, times, first);
    if (this.#family.kind === "labels") return;
    const { start, end } = view.span(times);
    this.#chart.show({ times, lines: this.lines.map(({ values }) => values), start, end });
    const isOther = this.#version !== this.data.version;
    const { height, most, spare = 0 } = this.#options;
    this.#chart.height = height + spare * Math.max(0, most - this.lines.length);
    this.#version = this.data.version;
    this.legend.show(this.lines, isOther);
    this.chartBox.setAttribute("aria-label", this.#sentence());
  }

  /** Draws it anew, in other colours. */
  redraw(): void {
    this.#chart.redraw();
  }

  /** Stops asking, and takes the chart from the page. */
  destroy(): void {
    this.#context.feed.remove(this.data);
    this.#chart.destroy();
  }

  #sentence(): string {
    const { name } = this.#family;
    const [line] = this.lines;
    if (line === undefined) return `Plot of ${name}: no series.`;
    const numbers = line.values.filter((value) => value !== null);
    if (numbers.length === 0) return `Plot of ${name}: no values yet.`;
    const unit = plotUnit(this.#family);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)].map((number) => formatValue(number, unit));
    const what = line.labels.map(([, value]) => value).join(" ");
    return `Plot of ${name}, ${this.lines.length} lines; ${what} from ${low} to ${high}. The values are listed below.`;
  }
}
