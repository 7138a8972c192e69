/** The variables that `${NAME}` in a configuration stands for. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text with its variables put in, or what is wrong with it. */
export type Substituted = { readonly text: string; readonly values: readonly string[] } | { readonly problem: string };

const reference = /\$\$\{|\$\{(?:(?<name>[A-Za-z_]\w*)(?::-(?<fallback>[^}]*))?\})?/g;

/**
 * Puts in the variables of a text: `${NAME}`, or `${NAME:-text}` with what stands for it where it is not set or empty.
 * `$${` is a plain `${`. What is put in is not looked at again. Undefined if there are none.
 */
export function substitute(text: string, environment: Environment): Substituted | undefined {
  if (!text.includes("${")) return undefined;
  const problems: string[] = [];
  const values: string[] = [];
  const result = text.replaceAll(reference, (match: string, ...rest: unknown[]) => {
    if (match === "$${") return "${";
    const { name, fallback } = rest.at(-1) as { name?: string; fallback?: string };
    if (name === undefined) {
      problems.push("holds a ${ that names no variable; write ${NAME} or ${NAME:-default}, or $${ for the characters");
      return "";
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (fallback !== undefined && (value === undefined || value === "")) return fallback;
    if (value === undefined) {
      problems.push(`the environment variable ${name} is not set; set it, or write \${${name}:-default}`);
    }
    if (value !== undefined) values.push(value);
    return value ?? "";
  });
  return problems.length > 0 ? { problem: problems.join("; ") } : { text: result, values };
}
