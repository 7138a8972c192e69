/** The variables that `${NAME}` in a configuration stands for. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text with its variables put in, and their values; or what is wrong with it. */
export type Substituted = { readonly text: string; readonly values: readonly string[] } | { readonly problem: string };

/**
 * Puts in the variables of a text: `${NAME}`, or `${NAME:-text}` with what stands for it where it is not set or empty.
 * `$${` is a plain `${`. What is put in is not looked at again. Undefined if there are none.
 */
export function substitute(text: string, environment: Environment): Substituted | undefined {
  if (!text.includes("${")) return undefined;
  const problems = new Set<string>();
  const values: string[] = [];
  const parts: string[] = [];
  let done = 0;
  for (let open = text.indexOf("${"); open >= 0; open = text.indexOf("${", done)) {
    if (text[open - 1] === "$" && open > done) {
      parts.push(text.slice(done, open - 1), "${");
      done = open + 2;
      continue;
    }
    const close = text.indexOf("}", open);
    const groups = /^(?<name>[A-Za-z_]\w*)(?::-(?<fallback>.*))?$/s.exec(
      text.slice(open + 2, Math.max(close, 0)),
    )?.groups;
    if (groups === undefined) {
      problems.add("holds a ${ that names no variable; write ${NAME} or ${NAME:-default}, or $${ for the characters");
      if (close < 0) break;
    } else {
      const value = resolve(groups["name"]!, groups["fallback"], environment);
      if (value === undefined) {
        const name = groups["name"]!.slice(0, 100);
        problems.add(`the environment variable ${name} is not set; set it, or write \${${name}:-default}`);
      } else if (value !== groups["fallback"]) values.push(value);
      parts.push(text.slice(done, open), value ?? "");
    }
    done = close + 1;
  }
  if (problems.size > 0) return { problem: [...problems].slice(0, 5).join("; ") };
  return { text: [...parts, text.slice(done)].join(""), values };
}

function resolve(name: string, fallback: string | undefined, environment: Environment): string | undefined {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  return fallback !== undefined && (value === undefined || value === "") ? fallback : value;
}
