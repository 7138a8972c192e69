import type { SummaryPlot } from "../summary.ts";
import { Chart, chartBox } from "./chart.ts";
import { element } from "./element.ts";
import { Legend } from "./legend.ts";
import type { PageContext } from "./page-context.ts";
import { formatValue, rateOf, type Unit, unitOf } from "./units.ts";

const chartHeight = 64;
/** Of a single line, which has no legend. */
const aloneHeight = 86;

interface Tile {
  readonly plot: SummaryPlot;
  readonly unit: Unit;
  readonly box: HTMLElement;
  readonly number: HTMLElement;
  readonly chart: Chart;
  readonly plotBox: HTMLElement;
  /** Of those with several lines. */
  readonly legend: Legend | undefined;
  /** The sample that the pointer is at; null for none. */
  point: number | null;
  /** The numbers of its first line, as far as they are shown. */
  values: readonly (number | null)[];
}

/** The plots on top: those of which there is anything to show. */
export class SummaryView {
  readonly box: HTMLElement;
  readonly #context: PageContext;
  readonly #grid = element("div", { class: "tiles" });
  readonly #tiles = new Map<number, Tile>();
  /** Those that the tiles are of. */
  #plots: readonly SummaryPlot[] = [];

  constructor(context: PageContext) {
    this.#context = context;
    this.box = element("section", { class: "summary", "aria-label": "Summary", hidden: true }, this.#grid);
  }

  /** Shows what has come. */
  update(): void {
    const { feed, view } = this.#context;
    let isOther = feed.summaryPlots !== this.#plots;
    if (isOther) {
      for (const index of this.#tiles.keys()) this.#dropTile(index);
      this.#plots = feed.summaryPlots;
    }
    for (const [index, plot] of this.#plots.entries()) {
      const lines = feed.summary[index] ?? null;
      if ((lines !== null) === this.#tiles.has(index)) continue;
      isOther = true;
      if (lines !== null) this.#tiles.set(index, this.#makeTile(plot));
      else this.#dropTile(index);
    }
    if (isOther) {
      const tiles = [...this.#tiles].toSorted(([a], [b]) => a - b);
      this.#grid.replaceChildren(...tiles.map(([, { box }]) => box));
      this.box.hidden = tiles.length === 0;
    }
    const times = view.until(feed.times);
    const { start, end } = view.span(times);
    for (const [index, tile] of this.#tiles) {
      const lines = feed.summary[index]!.map((values) => values.slice(0, times.length));
      const named = tile.plot.lines.map(({ label, metric }, line) => ({
        labels: [["", label ?? metric] as const],
        values: lines[line]!,
      }));
      tile.chart.show({ times, lines, start, end });
      tile.legend?.show(named, tile.legend.list.childElementCount === 0);
      const text = formatValue(lines[0]?.at(-1), tile.unit);
      tile.values = lines[0] ?? [];
      this.#showNumber(tile);
      tile.plotBox.setAttribute("aria-label", `Plot of ${tile.plot.title}, now ${text}.`);
    }
  }

  /** Draws all anew, in other colours. */
  redraw(): void {
    for (const { chart } of this.#tiles.values()) chart.redraw();
  }

  /** The number at the pointer, or the last. */
  #showNumber({ number, point, unit, values }: Tile): void {
    number.textContent = formatValue(point === null ? values.at(-1) : values[point], unit);
  }

  #makeTile(plot: SummaryPlot): Tile {
    const unit = this.#unitOf(plot);
    const number = element("p", { class: "large" });
    const [first, ...others] = plot.lines;
    const legend = others.length === 0 ? undefined : new Legend(unit);
    const plotBox = chartBox(plot.title);
    const top = unit === "percent" ? 100 : undefined;
    const onPoint = (point: number | null): void => {
      tile.point = point;
      legend?.point(point);
      this.#showNumber(tile);
    };
    const chart = new Chart(plotBox, {
      unit,
      top,
      height: legend === undefined ? aloneHeight : chartHeight,
      isFilled: true,
      hasAxes: false,
      onPoint,
    });
    const name = legend === undefined ? first?.label : undefined;
    const box = element(
      "article",
      { class: "tile" },
      element("h2", {}, plot.title, ...(name === undefined ? [] : [element("span", { class: "quiet" }, ` ${name}`)])),
      number,
      plotBox,
      ...(legend === undefined ? [] : [legend.list]),
    );
    const tile: Tile = { plot, unit, box, number, chart, plotBox, legend, point: null, values: [] };
    return tile;
  }

  #dropTile(index: number): void {
    this.#tiles.get(index)?.chart.destroy();
    this.#tiles.delete(index);
  }

  #unitOf({ unit, lines }: SummaryPlot): Unit {
    const [line] = lines;
    const family = this.#context.feed.families.find(({ name }) => name === line?.metric);
    const isRate = line?.quantile === undefined && family?.kind !== "value";
    if (unit !== undefined) return unit === "bytes" && isRate ? rateOf(unit) : unit;
    if (family?.kind === "buckets" && isRate) return "rate";
    return unitOf(line?.metric ?? "", family?.unit, isRate);
  }
}
