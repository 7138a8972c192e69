import { quote } from "../metrics/declaration.ts";
import { MetricsError } from "../metrics-error.ts";

/**
 * What tells whether a path is one of those, or matches one. Throws a `MetricsError` if they are neither text nor regular
 * expressions: who writes without types learns of it at the start, and not at the first request.
 */
export function excludedPaths(exclude: readonly (string | RegExp)[]): (path: string) => boolean {
  if (!Array.isArray(exclude)) throw refusal(exclude);
  const texts = new Set<string>();
  const patterns: RegExp[] = [];
  for (const excluded of exclude as readonly (string | RegExp)[]) {
    if (typeof excluded === "string") texts.add(excluded);
    else if (excluded instanceof RegExp) patterns.push(excluded);
    else throw refusal(exclude);
  }
  return (path) => texts.has(path) || patterns.some((pattern) => matches(pattern, path));
}

function refusal(exclude: unknown): MetricsError {
  const remedy = "give a list of paths, each as text or as a regular expression.";
  return new MetricsError("invalid_path", `exclude is ${quote(exclude)}; ${remedy}`);
}

function matches(pattern: RegExp, path: string): boolean {
  // One with the flag `g` goes on from where it was.
  pattern.lastIndex = 0;
  return pattern.test(path);
}
