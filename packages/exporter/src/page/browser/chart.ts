import uPlot from "uplot";
import { axisRange } from "./axis-range.ts";
import { element } from "./element.ts";
import { colour } from "./theme.ts";
import { formatSplits, type Unit } from "./units.ts";

/** What a chart shows. */
export interface ChartOptions {
  readonly unit: Unit;
  readonly height: number;
  /** Whether lines stand upon each other: each has those before it in it. Default: false. */
  readonly isStacked?: boolean;
  /** Whether its area is filled, as a single line's is. */
  readonly isFilled?: boolean;
  /** Whether there are numbers beside the lines. Default: true. */
  readonly hasAxes?: boolean;
  /** The highest number that there can be, such as 100 of percent. */
  readonly top?: number | undefined;
  /** Draws below the lines. */
  readonly draw?: ((plot: uPlot) => void) | undefined;
  /** Told which sample the pointer is at; null for none. */
  readonly onPoint: (index: number | null) => void;
}

/** Times and, for each line, as many numbers. */
export interface ChartData {
  readonly times: readonly number[];
  readonly lines: readonly (readonly (number | null)[])[];
  /** The span of time that is shown. */
  readonly start: number;
  readonly end: number;
}

/** How many colours there are; lines beyond them are dashed. */
export const paletteSize = 8;

/** The property of a line's colour. */
export function lineColour(index: number): string {
  return `--line-${(index % paletteSize) + 1}`;
}

/** The place of a plot, named for those who do not see it also before there is anything to tell of it. */
export function chartBox(title: string): HTMLElement {
  return element("div", { class: "chart", role: "img", "aria-label": `Plot of ${title}.` });
}

/** Plots of time, drawn by uPlot. */
export class Chart {
  readonly #container: HTMLElement;
  readonly #options: ChartOptions;
  #height: number;
  #plot: uPlot | undefined;
  #data: ChartData | undefined;
  readonly #resizes = new ResizeObserver(() => this.#resize());

  constructor(container: HTMLElement, options: ChartOptions) {
    this.#container = container;
    this.#options = options;
    this.#height = options.height;
    container.style.height = `${options.height}px`;
    this.#resizes.observe(container);
  }

  /** How high it is, in pixels. */
  set height(height: number) {
    if (height === this.#height) return;
    this.#height = height;
    this.#container.style.height = `${height}px`;
    this.#resize();
  }

  /** Shows other numbers. */
  show(data: ChartData): void {
    this.#data = data;
    const isNew = this.#plot === undefined || this.#plot.series.length !== data.lines.length + 1;
    if (isNew) this.#make(data);
    const plot = this.#plot!;
    plot.batch(() => {
      plot.setData([data.times, ...data.lines] as uPlot.AlignedData, false);
      plot.setScale("x", { min: data.start, max: data.end });
    });
    // Only now it is known how wide it is, and so which times have room below it.
    if (isNew) requestAnimationFrame(() => plot === this.#plot && plot.redraw(false, true));
  }

  /** Draws it anew, in other colours. */
  redraw(): void {
    if (this.#data === undefined) return;
    this.#plot?.destroy();
    this.#plot = undefined;
    this.show(this.#data);
  }

  /** Takes it from the page. */
  destroy(): void {
    this.#resizes.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #resize(): void {
    const width = this.#container.clientWidth;
    if (width > 0) this.#plot?.setSize({ width, height: this.#height });
  }

  #make({ lines }: ChartData): void {
    this.#plot?.destroy();
    const { hasAxes = true, unit, isFilled = false, isStacked = false, top, draw, onPoint } = this.#options;
    const text = colour("--muted");
    const grid = { stroke: colour("--grid"), width: 1 };
    const font = "11px system-ui, sans-serif";
    const axis = { stroke: text, font, ticks: { show: false }, grid };
    const isBytes = unit === "bytes" || unit === "bytes/s";
    this.#plot = new uPlot(
      {
        width: this.#container.clientWidth || 300,
        height: this.#height,
        padding: hasAxes ? [8, 8, 0, 0] : [4, 0, 2, 0],
        legend: { show: false },
        cursor: {
          sync: { key: "time" },
          y: false,
          drag: { x: false, y: false },
          points: { size: 6, width: 1.5 },
        },
        scales: {
          y: { range: (_plot, min, max) => axisRange(min, max, unit, top) },
        },
        axes: hasAxes
          ? [
              { ...axis, size: 24, space: 64, grid: { show: false }, values: timeLabels },
              {
                ...axis,
                size: 58,
                space: 28,
                gap: 6,
                values: (_plot, splits) => formatSplits(splits, unit),
                ...(isBytes && { incrs: powersOfTwo }),
                ...(unit === "timestamp" && { incrs: timeSteps }),
              },
            ]
          : [{ show: false }, { show: false }],
        series: [{}, ...lines.map((_, index) => lineSeries(index, isFilled || isStacked, hasAxes))],
        ...(isStacked && { bands: lines.slice(1).map((_, index) => bandUpon(index + 1)) }),
        hooks: {
          setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)],
          ...(draw && { drawAxes: [draw] }),
        },
      },
      [[], ...lines.map(() => [])] as unknown as uPlot.AlignedData,
      this.#container,
    );
  }
}

const day = 86_400;
const timeSteps = [60, 300, 3600, 6 * 3600, day, 7 * day, 30 * day, 365 * day, 3650 * day];
const powersOfTwo = Array.from({ length: 60 }, (_, power) => 2 ** (power - 4));

function lineSeries(index: number, isFilled: boolean, hasAxes: boolean): uPlot.Series {
  const stroke = colour(lineColour(index));
  return {
    stroke,
    width: hasAxes ? 1.5 : 1.75,
    points: { show: (plot) => plot.data[0].length < 3, size: 4 },
    ...(index >= paletteSize && { dash: [5, 3] }),
    ...(isFilled && index === 0 && { fill: colour("--fill") }),
  };
}

/** The area between a line and the one below it. */
function bandUpon(index: number): uPlot.Band {
  return {
    series: [index + 1, index],
    fill: colour(lineColour(index)).replace("rgb(", "rgba(").replace(")", ", 0.15)"),
  };
}

/** How near to an edge a time has no room. */
const labelRoom = 26;

function timeLabels(plot: uPlot, splits: readonly number[]): string[] {
  const step = splits.length > 1 ? splits[1]! - splits[0]! : 60;
  return splits.map((split) => {
    const position = plot.valToPos(split, "x");
    if (position < labelRoom / 2 || position > plot.over.clientWidth - labelRoom) return "";
    const [hours, minutes, seconds] = new Date(split * 1000).toTimeString().slice(0, 8).split(":");
    return step < 60 ? `${hours}:${minutes}:${seconds}` : `${hours}:${minutes}`;
  });
}
