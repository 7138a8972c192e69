/**
 * The pattern of a path at which a router is mounted, from the path as the client sent it and the parameters that were found
 * in it: what is a parameter's value becomes its name, and the rest is as it was written, save for upper and lower case where
 * the application does not tell them apart. So no client can make up a pattern.
 */
export function mountPattern(path: string, params: object, isCaseSensitive: boolean): string {
  const segments = path.split("/");
  const values = Object.entries(params).flatMap(([name, value]) => valuesOf(name, value));
  // From behind, as a parameter tends to stand behind what it belongs to.
  for (let i = segments.length - 1; i >= 0; i--) {
    const segment = decoded(segments[i]!);
    if (segment === "") continue;
    const whole = values.findLastIndex(({ text }) => text === segment);
    segments[i] =
      whole >= 0
        ? values.splice(whole, 1)[0]!.token
        : partly(isCaseSensitive ? segments[i]! : segments[i]!.toLowerCase(), values, isCaseSensitive);
  }
  return segments.filter((segment, i) => !(segment.startsWith("*") && segment === segments[i - 1])).join("/");
}

interface ParameterValue {
  readonly token: string;
  readonly text: string;
}

/** Wildcards have several segments, or one that is numbered. */
function valuesOf(name: string, value: unknown): ParameterValue[] {
  const texts = Array.isArray(value) ? value.map(String) : String(value ?? "").split("/");
  const isWildcard = Array.isArray(value) || texts.length > 1 || /^\d+$/.test(name);
  const token = `${isWildcard ? "*" : ":"}${/^\d+$/.test(name) ? "" : name}`;
  return texts.filter((text) => text !== "").map((text) => ({ token, text }));
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
