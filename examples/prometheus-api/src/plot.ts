import type { RangeQuery, Series } from "./query-range.ts";

const width = 640;
const height = 200;
const colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#17becf"];

/** Series as lines over time, as SVG that stands in a page. */
export function plot(
  series: readonly Series[],
  { start, end, step }: Pick<RangeQuery, "start" | "end" | "step">,
): string {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value)).filter((value) => isFinite(value));
  const top = values.reduce((a, b) => Math.max(a, b), 0) || 1;
  const bottom = values.reduce((a, b) => Math.min(a, b), 0);
  const x = (time: number): string => (((time - start) / (end - start)) * width).toFixed(1);
  const y = (value: number): string => (height - ((value - bottom) / (top - bottom)) * height).toFixed(1);
  const lines = series.map(({ points, labels }, i) => {
    let before = -Infinity;
    const path = points
      .filter(([, value]) => isFinite(value))
      .map(([time, value]) => {
        // Where points are missing there is no line: the target was down.
        const move = time - before > step * 1.5 ? "M" : "L";
        before = time;
        return `${move}${x(time)},${y(value)}`;
      });
    const colour = colours[i % colours.length];
    return `<path d="${path.join("")}" stroke="${colour}" fill="none"><title>${nameOf(labels)}</title></path>`;
  });
  const legend = series.map(
    ({ labels }, i) => `<li style="color: ${colours[i % colours.length]}">${nameOf(labels)}</li>`,
  );
  return `<figure>
  <svg viewBox="0 -5 ${width} ${height + 10}" role="img">${lines.join("")}</svg>
  <figcaption>from ${shortened(bottom)} to ${shortened(top)}<ul>${legend.join("")}</ul></figcaption>
</figure>`;
}

function nameOf(labels: Series["labels"]): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return escapeHtml(pairs.join(" ") || "all");
}

function shortened(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Text that a page can have: labels may hold anything. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
