import type { WireFamily } from "../wire.ts";
import { Chart, chartBox } from "./chart.ts";
import { familyLines, type SampledLines } from "./family-lines.ts";
import { Legend, type LegendLine } from "./legend.ts";
import type { PageContext } from "./page-context.ts";
import { PastData } from "./past-data.ts";
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
  readonly chartBox: HTMLElement;
  readonly legend: Legend;
  /** The lines that are shown, with as many numbers as there are times. */
  lines: readonly LegendLine[] = [];
  readonly #family: WireFamily;
  readonly #context: PageContext;
  readonly #chart: Chart;
  readonly #options: FamilyPlotOptions;
  readonly #past: PastData;
  #version = "";

  constructor(family: WireFamily, context: PageContext, options: FamilyPlotOptions) {
    const { height, most } = options;
    this.#options = options;
    this.#family = family;
    this.#context = context;
    const unit = plotUnit(family);
    this.chartBox = chartBox(family.name);
    this.data = new PlotData(family.name, most, context.view.search.matchers);
    this.legend = new Legend(unit);
    this.#chart = new Chart(this.chartBox, { unit, height, onPoint: (index) => this.legend.point(index) });
    this.#past = new PastData(family.name, most, () => this.update());
    context.feed.add(this.data);
  }

  /** Whether what is shown is from Prometheus. */
  get isPast(): boolean {
    return this.#context.view.isPast && this.#past.times.length > 0;
  }

  /** Why nothing is shown from Prometheus, where that is asked for. */
  get problem(): string | undefined {
    return this.#context.view.isPast ? this.#past.problem : undefined;
  }

  /** What is shown, and when its samples were taken. */
  get shown(): { readonly data: SampledLines; readonly times: readonly number[]; readonly first: number } {
    const { feed, view } = this.#context;
    if (this.isPast) return { data: this.#past, times: this.#past.times, first: 1 };
    return { data: this.data, times: view.until(feed.times), first: feed.first };
  }

  /** Shows what has come, for the span of time that is looked at. */
  update(): void {
    const { view } = this.#context;
    const { kind } = this.#family;
    if (view.isPast && kind !== "labels") {
      this.#past.ask(view.range, this.data.matchers, view.pausedAt !== undefined);
    }
    if (!this.data.isLoaded && !this.isPast) return;
    const { data, times, first } = this.shown;
    const hasNumbers = kind !== "labels";
    const isWaiting = !this.isPast && hasNumbers && this.data.endsBefore(first + times.length);
    // The others have been told already: it is asked for in a moment.
    if (isWaiting && this.#context.feed.connection === "live") return;
    this.lines = familyLines(this.#family, data, times, first);
    if (!hasNumbers) return;
    const { start, end } = view.span(times);
    const { height, most, spare = 0 } = this.#options;
    this.#chart.height = height + spare * Math.max(0, most - this.lines.length);
    this.#chart.show({ times, lines: this.lines.map(({ values }) => values), start, end });
    const version = this.isPast ? `past ${this.#past.version}` : `live ${this.data.version}`;
    this.legend.show(this.lines, version !== this.#version);
    this.#version = version;
    this.chartBox.setAttribute("aria-label", this.#sentence());
  }

  /** Draws it anew, in other colours. */
  redraw(): void {
    this.#chart.redraw();
  }

  /** Stops asking, and takes the chart from the page. */
  destroy(): void {
    this.#context.feed.remove(this.data);
    this.#past.drop();
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
