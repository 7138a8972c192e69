import { boundsOf, type SampledLines } from "./family-lines.ts";
import { colour } from "./theme.ts";
import { formatValue, type Unit } from "./units.ts";
import { element } from "./element.ts";

/** A histogram's buckets over time: the more observations, the darker. */
export class Heatmap {
  readonly canvas: HTMLCanvasElement;
  readonly #name: string;
  readonly #unit: Unit;

  constructor(title: string, unit: Unit) {
    this.#name = `Heatmap of ${title}`;
    this.#unit = unit;
    this.canvas = element("canvas", { class: "heatmap", role: "img", "aria-label": `${this.#name}.` });
  }

  /** Shows the buckets of a span of time, `left` and `right` pixels from the edges as the plot above it does. */
  show(
    data: SampledLines,
    times: readonly number[],
    first: number,
    { start, end }: { start: number; end: number },
  ): void {
    const { canvas } = this;
    const context = canvas.getContext("2d")!;
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== width * ratio) canvas.width = width * ratio;
    if (canvas.height !== height * ratio) canvas.height = height * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const bounds = boundsOf(data);
    const used = usedBuckets(data);
    canvas.setAttribute("aria-label", `${this.#name}: ${used.length} buckets with observations.`);
    if (used.length === 0) return;
    const [from, to] = [used[0]!, used.at(-1)!];
    const rows = to - from + 1;
    const [left, right, bottom] = [margin.left, width - margin.right, height - margin.bottom];
    const rowHeight = bottom / rows;
    const most = Math.max(...data.lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
    const xOf = (time: number): number => left + ((time - start) / (end - start)) * (right - left);
    context.fillStyle = colour("--heat");
    for (let bucket = from; bucket <= to; bucket++) {
      const { values } = data.lines[bucket]!;
      const y = bottom - (bucket - from + 1) * rowHeight;
      for (const [index, value] of values.entries()) {
        const at = index + data.from - first;
        const [before, time] = [times[at - 1], times[at]];
        if (value === null || value <= 0 || before === undefined || time === undefined || time < start) continue;
        // By the square root, so that what is rare is seen beside what is frequent.
        context.globalAlpha = 0.12 + 0.88 * Math.sqrt(value / most);
        const x = Math.max(left, xOf(before));
        context.fillRect(x, y + 0.5, Math.max(1, xOf(time) - x + 0.5), rowHeight - 1);
      }
    }
    context.globalAlpha = 1;
    context.fillStyle = colour("--muted");
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "right";
    context.textBaseline = "middle";
    const every = Math.ceil(16 / rowHeight);
    for (let bucket = from; bucket <= to; bucket += every) {
      const bound = bounds[bucket]!;
      const text = bound === Infinity ? "∞" : formatValue(bound, this.#unit);
      context.fillText(`≤ ${text}`, left - 8, bottom - (bucket - from + 0.5) * rowHeight);
    }
  }
}

/** As wide as the axes of the plot above. */
const margin = { left: 58, right: 8, bottom: 4 };

/** The buckets that have had observations, in their order. */
function usedBuckets(data: SampledLines): number[] {
  return data.lines.flatMap(({ values }, bucket) =>
    values.some((value) => value !== null && value > 0) ? [bucket] : [],
  );
}
