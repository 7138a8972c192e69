import { stringify } from "yaml";
import type { Path } from "./problem.ts";
import { Secret } from "./secret.ts";
import type { Tree } from "./tree.ts";

const hidden = "<secret>";
const deepest = 64;

/**
 * A configuration as YAML to look at: as its files say it, with `${NAME}` where that is written, and with the defaults of
 * what they leave out. Secrets are `<secret>`, and so are passwords in URLs.
 */
export function shownConfig(config: unknown, tree?: Tree, secrets: readonly Path[] = []): string {
  const paths = new Set(secrets.map((path) => JSON.stringify(path)));
  return stringify(overlay(config, tree, [], paths), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What is written, and below mappings the rest of what came of it. */
function overlay(value: unknown, tree: Tree | undefined, path: Path, secrets: ReadonlySet<string>): unknown {
  if (value instanceof Secret || secrets.has(JSON.stringify(path))) return hidden;
  if (tree === undefined || path.length > deepest) return plain(value, path.length);
  if (tree.kind === "scalar") {
    if (tree.value === null) return plain(value, path.length);
    return withoutPassword(tree.written ?? tree.value);
  }
  if (tree.kind === "list") {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return tree.items.map((item, index) => overlay(items[index], item, [...path, index], secrets));
  }
  const made = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const shown: Record<string, unknown> = {};
  for (const [key, entry] of tree.entries) {
    shown[key] = overlay(made[key], entry.value, [...path, key], secrets);
  }
  for (const [key, rest] of Object.entries(made)) {
    const isFromFile = tree.entries.has(`${key}_file`) && rest instanceof Secret;
    if (!tree.entries.has(key) && !isFromFile && isPlain(rest)) shown[key] = plain(rest, path.length + 1);
  }
  return shown;
}

/** A value without what YAML cannot say. */
function plain(value: unknown, depth: number): unknown {
  if (value instanceof Secret) return hidden;
  if (typeof value === "string") return withoutPassword(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof RegExp) return value.source;
  if (depth > deepest) return "…";
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (value instanceof URL || Object.getPrototypeOf(value) !== Object.prototype) return withoutPassword(String(value));
  const entries = Object.entries(value).filter(([, inner]) => isPlain(inner));
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner, depth + 1)]));
}

function isPlain(value: unknown): boolean {
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}

/** The password in a URL is one whatever the schema says. */
function withoutPassword<T>(value: T): T | string {
  return typeof value === "string" ? value.replaceAll(/(\w:\/\/[^\s/:@]*:)[^\s/]*(?=@)/g, `$1${hidden}`) : value;
}
