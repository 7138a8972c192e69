/** How many segments a path keeps; what is behind them is `…`. */
const mostSegments = 12;

/**
 * Makes few paths of many: `/users/123` is `/users/:id`. Of templates such as `/users/:name/*`, where `:name` stands for a
 * segment and `*` at the end for any rest, the first that fits is the path; a path that none fits has `:id` in place of each
 * segment that is a number, a UUID, a hash or the like. What follows a `?` or `#` is left out.
 */
export function pathTemplate(templates: readonly string[] = []): (path: string) => string {
  const compiled = templates.map((template) => ({ template, segments: template.split("/") }));
  return (path) => {
    const end = path.search(/[?#]/);
    const segments = (end < 0 ? path : path.slice(0, end)).split("/", mostSegments + 2);
    const found = compiled.find((candidate) => fits(candidate.segments, segments));
    if (found !== undefined) return found.template;
    const kept = segments.slice(0, mostSegments + 1).map((segment) => (isIdentifier(segment) ? ":id" : segment));
    if (segments.length > mostSegments + 1) kept.push("…");
    return kept.join("/");
  };
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  for (const [index, part] of template.entries()) {
    if (part === "*" && index === template.length - 1) return segments.length > index;
    const segment = segments[index];
    if (segment === undefined || (part.startsWith(":") ? segment === "" : part !== segment)) return false;
  }
  return segments.length === template.length;
}

/** What names one of many: a number, hexadecimal digits with or without hyphens, an ULID, or a long mixture. */
function isIdentifier(segment: string): boolean {
  if (segment === "" || !/\d/.test(segment)) return false;
  if (/^[+-]?\d[\d.,:_-]*$/.test(segment)) return true;
  if (/^(?:0x)?[\da-fA-F-]{7,}$/.test(segment)) return true;
  return segment.length >= 20 && /^[\w.~%=+-]+$/.test(segment);
}
