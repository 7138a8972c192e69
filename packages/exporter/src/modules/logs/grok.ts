import { nearest } from "../../config/nearest.ts";
import { grokLibrary } from "./grok-library.ts";

const deepest = 50;
const longest = 100_000;

/**
 * The regular expression of a pattern in which `%{NAME}` stands for another, and `%{NAME:field}` for one whose text is a field.
 * A type behind that, as in `%{NUMBER:bytes:int}`, changes nothing. `own` patterns come before those of the library. Throws a
 * sentence if a name is not known.
 */
export function expandGrok(pattern: string, own: Readonly<Record<string, string>> = {}): string {
  let length = 0;
  const expand = (text: string, within: readonly string[]): string =>
    text.replaceAll(/%\{([^}]*)\}/g, (reference, inside: string) => {
      const parts = /^(\w+)(?::([\w.@-]+|(?:\[[\w.@-]+\])+)(?::(?:int|float|string|long|double|boolean))?)?$/.exec(
        inside,
      );
      if (parts === null) throw new Error(`has ${reference}, which is malformed; write %{NAME} or %{NAME:field}`);
      const [, name, field] = parts as unknown as [string, string, string | undefined];
      const definition = Object.hasOwn(own, name) ? own[name] : grokLibrary.get(name);
      if (definition === undefined) {
        const known = nearest(name, [...Object.keys(own), ...grokLibrary.keys()]);
        const remedy = known === undefined ? "define it below patterns" : `did you mean %{${known}}?`;
        throw new Error(`names the pattern ${reference}, which is not known; ${remedy}`);
      }
      if (within.includes(name)) throw new Error(`has the pattern ${name} within itself; leave it out there`);
      if (within.length > deepest) throw new Error(`has patterns more than ${deepest} deep; make it simpler`);
      const expanded = expand(definition, [...within, name]);
      length += expanded.length;
      if (length > longest) throw new Error("is too long with all its patterns; make it simpler");
      return field === undefined ? `(?:${expanded})` : `(?<${plainName(field)}>${expanded})`;
    });
  return expand(pattern, []);
}

/** `[http][status]` as `http.status`, and what begins with a digit with a letter. */
function plainName(field: string): string {
  const plain = field.startsWith("[") ? field.slice(1, -1).replaceAll("][", ".") : field;
  return /^[A-Za-z_@]/.test(plain) ? plain : `_${plain}`;
}
