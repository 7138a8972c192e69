import type { Family, Sample } from "../family.ts";

/** The Content-Type of text format 0.0.4. */
export const textContentType = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/**
 * Text format 0.0.4.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function renderText(families: readonly Family[]): string {
  let text = "";
  for (const family of families) text += renderFamily(family);
  return text;
}

function renderFamily(family: Family): string {
  const { name, samples, series } = family;
  const lines = linesOf(family);
  const values = new Float64Array(samples.length);
  let text = `# HELP ${name} ${escapeHelp(family.help)}\n# TYPE ${name} ${family.type}\n`;
  for (let slot = 0; slot < series.end; slot++) {
    if (!series.isLive(slot)) continue;
    family.read(slot, values);
    for (let i = 0; i < samples.length; i++) {
      text += (lines[slot * samples.length + i] ??= lineStart(family, slot, samples[i]!)) + formatValue(values[i]!);
    }
  }
  return text;
}

/** What stands before the value in the lines of a family, kept from scrape to scrape. */
interface Lines {
  epoch: number;
  starts: string[];
}

const keptLines = new WeakMap<Family, Lines>();

function linesOf(family: Family): string[] {
  let lines = keptLines.get(family);
  if (lines?.epoch !== family.series.epoch) {
    lines = { epoch: family.series.epoch, starts: [] };
    keptLines.set(family, lines);
  }
  return lines.starts;
}

function lineStart(family: Family, slot: number, sample: Sample): string {
  const labels = family.series.labelNames.map((label, i) => labelPair(label, family.series.labelValue(slot, i)));
  if (sample.label) labels.push(labelPair(sample.label.name, sample.label.value));
  return `${family.name}${sample.suffix}${labels.length === 0 ? "" : `{${labels.join(",")}}`} `;
}

function labelPair(name: string, value: string): string {
  return `${name}="${value.replaceAll(/["\\\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`;
}

function escapeHelp(help: string): string {
  return help.replaceAll(/[\\\n]/g, (c) => (c === "\n" ? "\\n" : "\\\\"));
}

/** A value as Go's `ParseFloat` reads it back to the same number, and the end of its line. */
function formatValue(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0\n" : "0\n";
  if (value === Infinity) return "+Inf\n";
  if (value === -Infinity) return "-Inf\n";
  return `${value}\n`;
}
