/**
 * The pattern of a path at which a router is mounted, from the path as the client sent it and the parameters that were found
 * in it: what is a parameter's value becomes its name, and the rest is as it was written, save for upper and lower case where
 * the application does not tell them apart. So no client can make up a pattern.
 */
export function mountPattern(path: string, params: object, isCaseSensitive: boolean): string {
  const segments = path.split("/");
  let values = Object.entries(params).flatMap(([name, value]) => valuesOf(name, value));
  const unexplained: number[] = [];
  // From behind, as a parameter tends to stand behind what it belongs to.
  for (let i = segments.length - 1; i >= 0; i--) {
    const text = decoded(segments[i]!);
    const found = text === "" ? undefined : values.findLast((value) => value.text === text);
    if (found === undefined) {
      unexplained.push(i);
    } else {
      segments[i] = found.token;
      values = values.filter((value) => value !== found && (found.isPiece || value.name !== found.name));
    }
  }
  for (const i of unexplained) {
    segments[i] = partly(isCaseSensitive ? segments[i]! : segments[i]!.toLowerCase(), values, isCaseSensitive);
  }
  return segments.filter((segment, i) => !(segment.startsWith("*") && segment === segments[i - 1])).join("/");
}

interface ParameterValue {
  readonly name: string;
  readonly token: string;
  readonly text: string;
  /** Whether it is one of several segments that make up the value. */
  readonly isPiece: boolean;
}

/** A value as a whole, and its segments where it has several: the slash may have been encoded, or a wildcard's. */
function valuesOf(name: string, value: unknown): ParameterValue[] {
  const isNumbered = /^\d+$/.test(name);
  const wildcard = isNumbered ? "*" : `*${name}`;
  const whole = Array.isArray(value) ? [] : [String(value ?? "")];
  const pieces = Array.isArray(value) ? value.map(String) : whole[0]!.includes("/") ? whole[0]!.split("/") : [];
  return [
    ...pieces.map((text) => ({ name, token: wildcard, text, isPiece: true })),
    ...whole.map((text) => ({ name, token: isNumbered ? wildcard : `:${name}`, text, isPiece: false })),
  ].filter(({ text }) => text !== "");
}

/** A segment of which values are a part, such as `v:version`. */
function partly(segment: string, values: readonly ParameterValue[], isCaseSensitive: boolean): string {
  let pattern = segment;
  for (const { token, text } of values) {
    pattern = pattern.replace(isCaseSensitive ? text : text.toLowerCase(), () => token);
  }
  return pattern;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
