/** The parameters that were found in a path, by their names. */
export type PathParameters = Readonly<Record<string, unknown>>;

/** A parameter as it stands in a pattern, and what it matched. */
interface Found {
  readonly token: string;
  readonly text: string;
  /** The segments that it matched, where it may match several. */
  readonly segments: readonly string[];
}

/**
 * The pattern of a path at which a router is mounted, from the path as the client sent it and the parameters that were found
 * in it: what is a parameter's value becomes its name, and the rest is the text of the mount path, in lower case, as the
 * client is free to choose. `outer` are the parameters of the mounts around it, which may be among those found.
 *
 * So no client can make up a pattern, unless the mount path is a regular expression: that says nothing of what it matches but
 * by its groups.
 */
export function mountPattern(path: string, params: PathParameters, outer: PathParameters = {}): string {
  const sent = path.split("/").filter((segment) => segment !== "");
  const segments = sent.map(decoded);
  const patterns: (string | undefined)[] = segments.map(() => undefined);
  const names = Object.keys(params).filter((name) => params[name] !== undefined && params[name] !== "");
  const own = names.filter((name) => params[name] !== outer[name]);
  const inherited = names.filter((name) => params[name] === outer[name]);

  const partly = own.map((name) => foundOf(name, params[name])).filter((found) => !placed(found, segments, patterns));
  const isExplained = placedPartly(partly, segments, patterns);
  // A parameter may have the value, and bear the name, of one further out.
  for (const name of inherited) placed(foundOf(name, params[name]), segments, patterns);
  return patterns
    .map((pattern, i) => pattern ?? (isExplained ? sent[i]!.toLowerCase() : "*"))
    .map((pattern) => (pattern === "" ? "" : `/${pattern}`))
    .join("");
}

function foundOf(name: string, value: unknown): Found {
  const isNumbered = /^\d+$/.test(name);
  const token = isNumbered ? "*" : Array.isArray(value) ? `*${name}` : `:${name}`;
  const text = Array.isArray(value) ? value.map(String).join("/") : String(value);
  return { token, text, segments: text.split("/").filter((segment) => segment !== "") };
}

/** Puts a parameter in the place of the segments that are its value, if there are any. */
function placed({ token, text, segments }: Found, path: readonly string[], patterns: (string | undefined)[]): boolean {
  // A slash in a value may have been an encoded one, in one segment.
  for (const wanted of [[text], segments]) {
    if (wanted.length === 0) continue;
    // From behind, as a parameter tends to stand behind what it belongs to.
    const begin = path.findLastIndex((_, i) =>
      wanted.every((segment, offset) => path[i + offset] === segment && patterns[i + offset] === undefined),
    );
    if (begin < 0) continue;
    patterns.fill("", begin, begin + wanted.length);
    patterns[begin] = token;
    return true;
  }
  return false;
}

/** The same for parameters that are a part of a segment, such as `v:version`. Returns whether each is a part of one. */
function placedPartly(parts: readonly Found[], path: readonly string[], patterns: (string | undefined)[]): boolean {
  const at = parts.map(({ text }) =>
    path.findLastIndex((segment, i) => segment.includes(text) && patterns[i] === undefined),
  );
  for (const i of new Set(at.filter((index) => index >= 0))) {
    patterns[i] = withParts(
      path[i]!,
      parts.filter((_, part) => at[part] === i),
    );
  }
  return !at.includes(-1);
}

function withParts(segment: string, parts: readonly Found[]): string {
  const places = parts.map(({ text, token }) => ({
    token,
    begin: segment.indexOf(text),
    end: segment.indexOf(text) + text.length,
  }));
  places.sort((a, b) => a.begin - b.begin);
  const isPlain =
    parts.every(({ text }) => segment.indexOf(text) === segment.lastIndexOf(text)) &&
    places.every(({ begin }, i) => i === 0 || begin >= places[i - 1]!.end);
  // Where a value stands more than once, nobody can tell which is the parameter and which the text.
  if (!isPlain) return parts.map(({ token }) => token).join("");
  const last = segment.slice(places.at(-1)!.end).toLowerCase();
  return (
    places
      .map(({ token, begin }, i) => segment.slice(i === 0 ? 0 : places[i - 1]!.end, begin).toLowerCase() + token)
      .join("") + last
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
