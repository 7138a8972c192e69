import type { Families, MadeFamily } from "./families.ts";
import type { Part } from "./part.ts";
import { type PresetName, presets } from "./presets.ts";

/** How one part fared. */
export interface Fared {
  readonly part: Part;
  readonly seconds: number;
  /** How old what it made is. */
  readonly ageSeconds?: number | undefined;
  readonly families?: readonly MadeFamily[] | undefined;
  /** Why it failed, if it did. */
  readonly failure?: string | undefined;
}

/** How a collection of a target went. */
export interface TargetReport {
  readonly target: string;
  readonly isUp: boolean;
  readonly presets: readonly PresetName[];
  readonly parts: readonly Fared[];
}

/** Adds the metrics that say whether a database answered, and how each query of it fared. */
export function addTargetMetrics(families: Families, { target, isUp, presets: names, parts }: TargetReport): void {
  const gauge = (name: string, help: string, labelNames: readonly string[]): void =>
    families.declare({ name, type: "gauge", help, labelNames });
  gauge("sql_up", "Whether the database answered.", ["target"]);
  families.add("sql_up", [target], isUp ? 1 : 0);
  const labels = ["target", "query"];
  gauge("sql_query_success", "Whether the query succeeded, or what it returned before is still good.", labels);
  gauge("sql_query_duration_seconds", "How long the query took; 0 where it was not asked in this scrape.", labels);
  if (parts.some(({ part }) => part.intervalSeconds > 0)) {
    gauge("sql_query_age_seconds", "How long ago the query that has an interval was asked what it has.", labels);
  }
  for (const { part, seconds, ageSeconds, failure } of parts) {
    families.add("sql_query_success", [target, part.name], failure === undefined ? 1 : 0);
    families.add("sql_query_duration_seconds", [target, part.name], seconds);
    if (part.intervalSeconds > 0 && failure === undefined)
      families.add("sql_query_age_seconds", [target, part.name], ageSeconds!);
  }
  for (const name of names) addPresetMetrics(families, name, isUp, parts);
}

/** The same by the names of the exporter whose place a preset takes. */
function addPresetMetrics(families: Families, name: PresetName, isUp: boolean, parts: readonly Fared[]): void {
  const { up, success, duration } = presets[name];
  families.declare({ ...up, type: "gauge", labelNames: [] });
  families.add(up.name, [], isUp ? 1 : 0);
  const ofPreset = parts.filter(({ part }) => part.preset?.name === name);
  families.declare({ ...success, type: "gauge", labelNames: ["collector"] });
  if (duration !== undefined) families.declare({ ...duration, type: "gauge", labelNames: ["collector"] });
  for (const { part, seconds, failure } of ofPreset) {
    const collector = part.preset!.part;
    families.add(success.name, [collector], failure === undefined ? 1 : 0);
    if (duration !== undefined) families.add(duration.name, [collector], seconds);
  }
}
