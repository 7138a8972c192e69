/** What a client accepts: a media type or an encoding, how much it is liked, and its parameters. */
export interface Clause {
  /** In lower case. */
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** Above 0, at most 1. */
  readonly weight: number;
}

const maxLength = 4096;
const maxClauses = 50;

/**
 * The clauses of a header such as `Accept`, in their order. Reads at most the first 4096 characters and 50 clauses, and
 * leaves out those that have weight 0 or a weight that is no number.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-content-negotiation-fields
 */
export function clausesOf(header: string | null | undefined): Clause[] {
  const text = header ?? "";
  const clauses = splitOutsideQuotes(text.slice(0, maxLength), ",");
  // A clause that was cut through may have lost its weight.
  if (text.length > maxLength) clauses.pop();
  return clauses
    .slice(0, maxClauses)
    .map(parseClause)
    .filter(({ weight }) => weight > 0);
}

function parseClause(clause: string): Clause {
  const [name = "", ...rest] = splitOutsideQuotes(clause, ";");
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf("=");
    if (equals === -1) continue;
    const key = parameter.slice(0, equals).trim().toLowerCase();
    // Prometheus 3.0 to 3.2 repeat a parameter.
    if (!parameters.has(key)) parameters.set(key, unquote(parameter.slice(equals + 1).trim()));
  }
  // Prometheus 2.49.0 sends a weight of 2.
  const weight = Math.min(Number(parameters.get("q") ?? 1), 1);
  return { name: name.trim().toLowerCase(), parameters, weight };
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') {
      quoted = !quoted;
    } else if (quoted) {
      if (text[i] === "\\") i++;
    } else if (text[i] === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquote(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  return value.slice(1, -1).replaceAll(/\\(.)/gs, "$1");
}
