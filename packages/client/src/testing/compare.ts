import { parse, type ParsedFamily } from "../parse/index.ts";
import type { Registry } from "../registry.ts";
import { compareLines, type ExpositionLine, expositionLines } from "./exposition-lines.ts";

/**
 * Throws unless a registry exposes what is expected of it: the same samples, HELP and TYPE in each of the families. The
 * order of families, samples and labels does not matter, nor how numbers are spelled; NaN equals NaN.
 *
 * ```ts
 * await compareExposition(
 *   registry,
 *   `
 *     # HELP jobs_total Jobs done.
 *     # TYPE jobs_total counter
 *     jobs_total{queue="mail"} 3
 *   `,
 * );
 * ```
 *
 * @param actual A registry, which is collected, or an exposition in text format 0.0.4.
 * @param expected An exposition in text format 0.0.4. Its lines may be indented.
 * @param names The families to compare, as TYPE names them. One that is not expected must not be exposed either. Default:
 *   those that are expected.
 * @throws {Error} with each line that is missing after `-` and each that is unexpected after `+`; or if one side cannot be
 *   read, or there are no families to compare.
 */
export async function compareExposition(
  actual: Registry | string,
  expected: string,
  names?: readonly string[],
): Promise<void> {
  const exposed = read("exposition", typeof actual === "string" ? actual : await actual.metrics());
  // The last line of a template literal need not end in a newline.
  const wanted = read("expected exposition", `${expected}\n`);
  const compared = new Set(names ?? wanted.map((family) => family.name));
  if (compared.size === 0) {
    throw new Error("There is nothing to compare: expect some families, or name those that must not be exposed.");
  }
  const isCompared = ({ name }: ParsedFamily): boolean => compared.has(name);
  const differences = diff(expositionLines(wanted.filter(isCompared)), expositionLines(exposed.filter(isCompared)));
  if (differences.length === 0) return;
  throw new Error(`The exposition is not as expected (- missing, + unexpected):\n\n${differences.join("\n")}\n`);
}

function read(what: string, text: string): ParsedFamily[] {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`The ${what} is not in text format 0.0.4. ${(error as Error).message}`, { cause: error });
  }
}

/** What is in one list only, sorted, so that the two lines on one thing follow each other. */
function diff(expected: readonly ExpositionLine[], actual: readonly ExpositionLine[]): string[] {
  const expectedText = new Map(expected.map(({ identity, text }) => [identity, text]));
  const actualText = new Map(actual.map(({ identity, text }) => [identity, text]));
  const differences = [
    ...expected.filter(({ identity, text }) => actualText.get(identity) !== text).map((line) => ({ line, sign: "-" })),
    ...actual.filter(({ identity, text }) => expectedText.get(identity) !== text).map((line) => ({ line, sign: "+" })),
  ];
  return differences.toSorted((a, b) => compareLines(a.line, b.line)).map(({ line, sign }) => `${sign} ${line.text}`);
}
