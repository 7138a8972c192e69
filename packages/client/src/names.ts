/**
 * How metric and label names that the classic rules forbid go on the wire.
 *
 * - `allow-utf-8`: as they are, quoted by the writer.
 * - `underscores`: every forbidden character becomes `_`. Different names can become the same one.
 * - `dots`: `_` becomes `__`, `.` becomes `_dot_`, any other forbidden character `__`.
 * - `values`: after the prefix `U__`, `_` becomes `__` and a forbidden character its code point between underscores.
 *
 * A digit at the start of a name is forbidden too.
 *
 * @see https://prometheus.io/docs/instrumenting/escaping_schemes/
 */
export type EscapingScheme = "allow-utf-8" | "underscores" | "dots" | "values";

const legacyMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const legacyLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a metric's name keeps to the classic rules: ASCII letters, digits, `_` and `:`, and no digit first. */
export function isLegacyMetricName(name: string): boolean {
  return legacyMetricName.test(name);
}

/** Whether a label's name keeps to the classic rules: ASCII letters, digits and `_`, and no digit first. */
export function isLegacyLabelName(name: string): boolean {
  return legacyLabelName.test(name);
}

/**
 * A metric's name as it goes on the wire. A name that keeps to the classic rules goes out as it is under every scheme,
 * and so does the empty one; every other name comes out legal by the classic rules, save under `allow-utf-8`.
 */
export function escapeMetricName(name: string, scheme: EscapingScheme): string {
  return escapeName(name, scheme, isLegacyMetricName);
}

/** A label's name as it goes on the wire: like {@link escapeMetricName}, but `:` is a forbidden character. */
export function escapeLabelName(name: string, scheme: EscapingScheme): string {
  return escapeName(name, scheme, isLegacyLabelName);
}

function escapeName(name: string, scheme: EscapingScheme, isLegacy: (name: string) => boolean): string {
  if (name === "" || scheme === "allow-utf-8" || isLegacy(name)) return name;
  const escapeCharacter = characterEscapes[scheme];
  let escaped = "";
  for (const character of name) {
    const legal = isLegacy(character) || (escaped !== "" && character >= "0" && character <= "9");
    escaped += escapeCharacter(character, legal);
  }
  return scheme === "values" ? valuesPrefix + escaped : escaped;
}

const valuesPrefix = "U__";

const characterEscapes = { underscores: underscoreOf, dots: dotsOf, values: valueOf };

function underscoreOf(character: string, legal: boolean): string {
  return legal ? character : "_";
}

function dotsOf(character: string, legal: boolean): string {
  if (character === ".") return "_dot_";
  return legal && character !== "_" ? character : "__";
}

function valueOf(character: string, legal: boolean): string {
  if (character === "_") return "__";
  if (legal) return character;
  const codePoint = character.codePointAt(0)!;
  return isSurrogate(codePoint) ? "_FFFD_" : `_${codePoint.toString(16)}_`;
}

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}

/**
 * The name that was escaped to `name`, or `name` itself where that is no result of the scheme.
 *
 * `values` gives back every name, with U+FFFD for a lone surrogate. `dots` gives `_` for every forbidden character but
 * `.`, and `underscores` tells nothing about what was there before, so that `name` comes back as it is. Names that went
 * out unescaped cannot be told apart: one with `__` under `dots`, or with the prefix `U__` under `values`, changes.
 */
export function unescapeName(name: string, scheme: EscapingScheme): string {
  if (!isLegacyMetricName(name)) return name;
  if (scheme === "dots") return replaceEscapes(name, dotsEscape, (escape) => (escape === "__" ? "_" : ".")) ?? name;
  if (scheme !== "values" || !name.startsWith(valuesPrefix)) return name;
  return replaceEscapes(name.slice(valuesPrefix.length), valuesEscape, characterOf) ?? name;
}

// Both also find an underscore that begins no escape, by which a name gives itself away as not escaped.
const dotsEscape = /_(?:_|dot_)?/g;
const valuesEscape = /_(?:_|[0-9a-fA-F]{1,6}_)?/g;

function replaceEscapes(
  name: string,
  escapes: RegExp,
  meaningOf: (escape: string) => string | undefined,
): string | undefined {
  let valid = true;
  const plain = name.replaceAll(escapes, (escape) => {
    const meaning = escape === "_" ? undefined : meaningOf(escape);
    if (meaning === undefined) valid = false;
    return meaning ?? "";
  });
  return valid ? plain : undefined;
}

function characterOf(escape: string): string | undefined {
  if (escape === "__") return "_";
  const codePoint = Number.parseInt(escape.slice(1, -1), 16);
  return codePoint > 0x10ffff || isSurrogate(codePoint) ? undefined : String.fromCodePoint(codePoint);
}
