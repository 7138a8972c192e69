import { dirname, isAbsolute, join } from "node:path";
import type { z } from "zod";
import { isFilePath } from "./file-path.ts";
import { nearest, unknownKey } from "./nearest.ts";
import { type Path, type Place, type Problem, quote } from "./problem.ts";
import { readText } from "./read-text.ts";
import { childOf, knownKeys, takesNull, unwrap } from "./schema-shape.ts";
import { isSecretText } from "./secret.ts";
import type { MapTree, ScalarTree, Tree } from "./tree.ts";
import { chooseOption } from "./union-option.ts";

/** A tree as the value that its schema is to check, and what is known of its parts. */
export interface Filled {
  value: unknown;
  readonly problems: Problem[];
  /** What has been reported and left out. */
  readonly broken: Path[];
  /** The texts that are never to be shown, by the path of the value that they are part of. */
  readonly hidden: { readonly path: Path; readonly texts: readonly string[] }[];
  /** Which values are secrets. */
  readonly secrets: Path[];
  /** Where secrets stand in the files themselves. */
  readonly inlineSecrets: { readonly path: Path; readonly at: Place }[];
}

const longestSecret = 64 * 1024;

/** Makes the value of a tree: reads the files of secrets, turns variables into the numbers that are asked for. */
export async function fill(tree: Tree, schema: z.core.$ZodType): Promise<Filled> {
  const filled: Filled = { value: undefined, problems: [], broken: [], hidden: [], secrets: [], inlineSecrets: [] };
  filled.value = await valueOf(tree, schema, [], filled);
  return filled;
}

async function valueOf(tree: Tree, outer: z.core.$ZodType | undefined, path: Path, filled: Filled): Promise<unknown> {
  const schema = outer === undefined ? undefined : chooseOption(unwrap(outer), tree);
  if (tree.kind === "list") {
    const items: unknown[] = [];
    for (const [index, item] of tree.items.entries()) {
      items.push(await valueOf(item, schema && childOf(schema, index), [...path, index], filled));
    }
    return items;
  }
  if (tree.kind === "map") return mapOf(tree, schema, path, filled);
  if (tree.broken === true) {
    filled.broken.push(path);
    return undefined;
  }
  const type = schema?._zod.def.type;
  // A key with everything below it commented out means what an empty mapping means.
  if (tree.value === null && (type === "object" || type === "record") && !takesNull(outer!)) return {};
  return scalarOf(tree, schema, path, filled);
}

async function mapOf(
  tree: MapTree,
  schema: z.core.$ZodTypes | undefined,
  path: Path,
  filled: Filled,
): Promise<Record<string, unknown>> {
  const known = schema && knownKeys(schema);
  const value: Record<string, unknown> = {};
  for (const [key, entry] of tree.entries) {
    const inner = [...path, key];
    if (known !== undefined && !known.includes(key)) {
      filled.problems.push({ at: entry.at, path, text: unknownKey(key, known) });
      // What is misspelt is not missing as well.
      const meant = nearest(key.split(/[:=]/, 1)[0]!, known);
      if (meant !== undefined && !tree.entries.has(meant))
        filled.broken.push([...path, meant.replace(/_file$/, "")], [...path, meant]);
    } else if (schema !== undefined && childOf(schema, key) === undefined && known !== undefined) {
      await readSecret(tree, key, inner, value, filled);
    } else {
      value[key] = await valueOf(entry.value, schema && childOf(schema, key), inner, filled);
    }
  }
  return value;
}

function scalarOf(
  tree: ScalarTree,
  schema: z.core.$ZodTypes | undefined,
  path: Path,
  filled: Filled,
): string | number | boolean | null {
  const { value, written, variables = [] } = tree;
  const secretHere = schema !== undefined && isSecretText(schema);
  if (written !== undefined || secretHere) {
    filled.hidden.push({ path, texts: [String(value), ...variables].filter((text) => text !== "") });
  }
  if (secretHere) filled.secrets.push(path);
  if (secretHere && variables.length === 0) filled.inlineSecrets.push({ path, at: tree.at });
  if (typeof value !== "string") return value;
  if (schema !== undefined && isFilePath(schema) && value !== "") return resolveFrom(tree.at, value);
  if (written === undefined) return value;
  const type = schema?._zod.def.type;
  if (type === "number" && /^[-+]?(?:\d+|\d*\.\d+)(?:e[-+]?\d+)?$/i.test(value)) return Number(value);
  if (type === "boolean" && /^(?:true|false)$/.test(value)) return value === "true";
  return value;
}

/** Reads what `<name>_file` names into `<name>`. */
async function readSecret(
  tree: MapTree,
  fileKey: string,
  path: Path,
  value: Record<string, unknown>,
  filled: Filled,
): Promise<void> {
  const key = fileKey.slice(0, -"_file".length);
  const { at, value: named } = tree.entries.get(fileKey)!;
  const target = [...path.slice(0, -1), key];
  const fail = (place: Place, text: string): void => {
    filled.problems.push({ at: place, path, text });
    filled.broken.push(target);
  };
  if (tree.entries.has(key)) return fail(at, `stands beside ${quote(key)}; give one of them`);
  if (named.kind !== "scalar" || typeof named.value !== "string" || named.value === "") {
    return fail(named.at, "names no file; write the path of the file that holds the secret");
  }
  if (named.broken === true) return void filled.broken.push(target);
  const file = resolveFrom(named.at, named.value);
  const read = await readText(file, file, longestSecret);
  // The name of the file may itself come from the environment.
  const shown = named.written === undefined ? quote(named.value) : "it names";
  if ("problem" in read) return fail(named.at, `the file ${shown} ${read.problem}`);
  const text = read.text.replace(/\r?\n$/, "");
  if (text === "") return fail(named.at, `the file ${shown} is empty; write the secret into it`);
  filled.hidden.push({ path: target, texts: [text] });
  value[key] = text;
}

function resolveFrom({ file }: Place, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}
