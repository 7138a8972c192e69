import type { Family } from "./family.ts";
import { escapeMetricName } from "./names.ts";

/** What a family's names depend on. */
type NamedFamily = Pick<Family, "name" | "type">;

/** By whether `_created` lines count: a family's names stay the same, and each scrape asks for them. */
const known = {
  true: new WeakMap<NamedFamily, readonly string[]>(),
  false: new WeakMap<NamedFamily, readonly string[]>(),
};

/**
 * The names that a family's samples bear in one format or another, and that no other family may bear; names beyond the
 * legacy ones as those see them who do not ask for UTF-8. With `created`, the `_created` lines count too.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#metric-naming-and-namespaces
 */
export function exposedNames(family: NamedFamily, created: boolean): readonly string[] {
  const names = known[`${created}`];
  let exposed = names.get(family);
  if (exposed === undefined) names.set(family, (exposed = namesOf(family, created)));
  return exposed;
}

function namesOf(family: NamedFamily, created: boolean): string[] {
  const name = escapeMetricName(family.name, "underscores");
  const base = baseOf(family.type, name);
  return [name, base, ...suffixesOf(family.type, created).map((suffix) => base + suffix)];
}

/** The name in OpenMetrics' metadata. */
function baseOf(type: Family["type"], name: string): string {
  if (type === "counter") return name.replace(/(?<=.)_total$/, "");
  return type === "info" ? name.replace(/_info$/, "") : name;
}

function suffixesOf(type: Family["type"], created: boolean): string[] {
  const createdSuffix = created ? ["_created"] : [];
  switch (type) {
    case "counter":
      return createdSuffix;
    case "histogram":
      return ["_bucket", "_sum", "_count", ...createdSuffix];
    case "gaugehistogram":
      return ["_bucket", "_gsum", "_gcount"];
    case "summary":
      return ["_sum", "_count", ...createdSuffix];
    default:
      return [];
  }
}
