import { createRequire } from "node:module";
import { z } from "zod";
import type { Path } from "./problem.ts";
import { childOf, unwrap } from "./schema-shape.ts";
import { Secret } from "./secret.ts";
import type { Tree } from "./tree.ts";
import { chooseOption } from "./union-option.ts";

const hidden = "<secret>";
const deepest = 64;

/** Where a configuration came from. */
export interface Origin {
  /** What its files say. */
  readonly tree?: Tree;
  /** Which values are secrets. */
  readonly secrets?: readonly Path[];
  /** Its schema, by which defaults are shown as they would be written. */
  readonly schema?: z.core.$ZodType;
}

/**
 * A configuration as YAML to look at: as its files say it, with `${NAME}` where that is written, and with the defaults of
 * what they leave out. Secrets are `<secret>`, and so are passwords in URLs.
 */
export function shownConfig(config: unknown, { tree, secrets = [], schema }: Origin = {}): string {
  const paths = new Set(secrets.map((path) => JSON.stringify(path)));
  // Loaded when somebody looks, which most never do.
  const { stringify } = createRequire(import.meta.url)("yaml") as typeof import("yaml");
  return stringify(overlay(config, tree, [], paths, schema), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What is written, and below mappings the rest of what came of it. */
function overlay(
  value: unknown,
  tree: Tree | undefined,
  path: Path,
  secrets: ReadonlySet<string>,
  outer: z.core.$ZodType | undefined,
): unknown {
  if (value instanceof Secret || secrets.has(JSON.stringify(path))) return hidden;
  if (tree === undefined || path.length > deepest || (tree.kind === "scalar" && tree.value === null)) {
    return plain(value, path.length, outer);
  }
  if (tree.kind === "scalar") return withoutPassword(tree.written ?? tree.value);
  const schema = outer && chooseOption(unwrap(outer), tree);
  if (tree.kind === "list") {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return tree.items.map((item, index) =>
      overlay(items[index], item, [...path, index], secrets, schema && childOf(schema, index)),
    );
  }
  const made = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const shown: Record<string, unknown> = {};
  for (const [key, entry] of tree.entries) {
    shown[key] = overlay(made[key], entry.value, [...path, key], secrets, schema && childOf(schema, key));
  }
  for (const [key, rest] of Object.entries(made)) {
    const isFromFile = tree.entries.has(`${key}_file`) && rest instanceof Secret;
    if (tree.entries.has(key) || isFromFile || !isPlain(rest)) continue;
    shown[key] = plain(rest, path.length + 1, schema && childOf(schema, key));
  }
  return shown;
}

/** A value as it would be written, without what YAML cannot say. */
function plain(value: unknown, depth: number, schema?: z.core.$ZodType): unknown {
  if (value instanceof Secret) return hidden;
  const written = schema && writtenDefault(schema, value);
  if (typeof written === "string") return withoutPassword(written);
  if (typeof value === "string") return withoutPassword(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof RegExp) return value.source;
  if (depth > deepest) return "…";
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return withoutPassword(String(value));
  const inner = schema && unwrap(schema);
  const entries = Object.entries(value).filter(([, rest]) => isPlain(rest));
  return Object.fromEntries(entries.map(([key, rest]) => [key, plain(rest, depth + 1, inner && childOf(inner, key))]));
}

/** A value that is the default of its field as it would be written: "1m" of a duration. Undefined if it is not known. */
function writtenDefault(schema: z.core.$ZodType, value: unknown): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type !== "prefault") return undefined;
  const made = z.safeParse(schema, undefined);
  return made.success && String(made.data) === String(value) ? def.defaultValue : undefined;
}

function isPlain(value: unknown): boolean {
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}

/** The password in a URL is one whatever the schema says. */
function withoutPassword<T>(value: T): T | string {
  return typeof value === "string" ? value.replaceAll(/(\w:\/\/[^\s/:@]*:)[^\s/]*(?=@)/g, `$1${hidden}`) : value;
}
