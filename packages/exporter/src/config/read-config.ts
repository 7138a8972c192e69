import type { z } from "zod";
import type { Environment } from "./environment.ts";
import { expandPatterns } from "./file-patterns.ts";
import { fill } from "./fill.ts";
import { mergeTrees } from "./merge.ts";
import { configError, type Problem } from "./problem.ts";
import { readText } from "./read-text.ts";
import { check } from "./schema-problems.ts";
import { secretWarnings } from "./secret-warnings.ts";
import { shownConfig } from "./shown-config.ts";
import { nodeAt, type Tree } from "./tree.ts";

/** How a configuration is read. */
export interface ReadConfigOptions {
  /** What `${NAME}` stands for. Default: `process.env`. */
  readonly environment?: Environment;
  /** The most bytes that a file may have. Default: 1 MiB. */
  readonly maxFileBytes?: number;
  /** The keys at the top that may stand in several files, whose contents are joined. Default: `modules`. */
  readonly joined?: readonly string[];
}

/** A configuration, and where it came from. */
export interface ReadConfig<T> {
  /** What the schema made of it. */
  readonly config: T;
  /** The files that were read, in that order, as the patterns led to them. */
  readonly files: readonly string[];
  /** It as YAML to look at, secrets hidden; see `shownConfig()`. */
  readonly shown: string;
  /** What should be otherwise although it works: a sentence each, with its place. */
  readonly warnings: readonly string[];
}

/** The keys of the mapping at a path of what was written; undefined if there is none. */
export type KeysAt = (path: readonly string[]) => readonly string[] | undefined;

/**
 * Reads a configuration from YAML files, named by paths and patterns such as `conf.d/*.yml`, by a schema, or by one that is
 * made when it is known which keys there are; from none at all, its defaults. Unknown keys are refused, also where the
 * schema's objects are not strict. `${NAME}` in a text is a variable of the environment; beside a field of `secret()`,
 * `<field>_file` names a file to read it from.
 *
 * Rejects with an {@link ExporterError} of code `invalid_config` that tells everything that is wrong, a line each, as
 * `file:line:column: path.to.key: what is wrong; remedy`.
 */
export async function readConfig<T>(
  patterns: readonly string[],
  by: z.ZodType<T> | ((keysAt: KeysAt) => Promise<z.ZodType<T>>),
  options: ReadConfigOptions = {},
): Promise<ReadConfig<T>> {
  const { environment = process.env, maxFileBytes = 1 << 20, joined = ["modules"] } = options;
  const { files, problems: unmatched } = expandPatterns(patterns);
  const problems: Problem[][] = [unmatched];
  const trees: Tree[] = patterns.length > 0 ? [] : [{ kind: "map", at: { file: "defaults" }, entries: new Map() }];
  for (const file of files) {
    const read = await readText(file, file, maxFileBytes);
    if ("problem" in read) {
      problems.push([{ at: read.at, path: [], text: read.problem }]);
      continue;
    }
    // A command that runs without a file needs no parser.
    const { parseYaml } = await import("./parse-yaml.ts");
    const parsed = parseYaml(file, read.text, environment);
    problems.push(parsed.problems);
    if (parsed.tree !== undefined) trees.push(parsed.tree);
  }
  const { tree, problems: clashes } = mergeTrees(trees, joined);
  problems.push(clashes);
  // Of what could not be read at all, nothing is known to be missing.
  if (tree === undefined || trees.length < files.length) throw configError(problems.flat());
  const schema = typeof by === "function" ? await by((path) => keysAt(tree, path)) : by;
  const filled = await fill(tree, schema);
  problems.push(filled.problems);
  const result = await check(schema, tree, filled);
  if ("problems" in result) problems.push(result.problems);
  if ("problems" in result || problems.some(({ length }) => length > 0)) throw configError(problems.flat());
  const { data: config } = result;
  let shown: string | undefined;
  return {
    config,
    files,
    get shown() {
      return (shown ??= shownConfig(config, { tree, secrets: filled.secrets, schema }));
    },
    warnings: secretWarnings(filled.inlineSecrets),
  };
}

function keysAt(tree: Tree, path: readonly string[]): readonly string[] | undefined {
  const node = nodeAt(tree, path);
  return node?.kind === "map" ? [...node.entries.keys()] : undefined;
}
