import { parse } from "../parse/index.ts";
import type { Registry } from "../registry.ts";
import { exposedFamilies, textMediaType } from "./exposed-families.ts";
import { lintRules } from "./lint-rules.ts";

/** Something about a metric that is allowed, but against the conventions. */
export interface LintProblem {
  /** The name of the metric. */
  readonly metric: string;
  /** What is wrong with it. */
  readonly problem: string;
}

/**
 * Holds metrics against Prometheus's naming conventions, by the rules of `promtool check metrics`: HELP, `_total`, suffixes
 * and labels that belong to histograms and summaries, base units, units written out, no types in names, no colons and no
 * camelCase. A metric that has no series yet is checked too.
 *
 * ```ts
 * expect(await lint(registry)).toEqual([]);
 * ```
 *
 * @param input A registry, which is collected, or an exposition in text format 0.0.4 or 1.0.0.
 * @returns The problems, each once, by metric.
 * @throws {ParseError} if the exposition breaks the rules of its format, such as with a series that stands twice.
 * @see https://prometheus.io/docs/practices/naming/
 */
export async function lint(input: Registry | string): Promise<LintProblem[]> {
  const families =
    typeof input === "string" ? parse(input, textMediaType) : await exposedFamilies(input, textMediaType);
  return families
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((family) => {
      const problems = new Set(lintRules.flatMap((rule) => rule(family)));
      return Array.from(problems, (problem) => ({ metric: family.name, problem }));
    });
}
