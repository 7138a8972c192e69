import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "./problem.ts";

const deepest = 32;
const mostFiles = 10_000;

/**
 * The files that names and patterns stand for, each once, those of a pattern in the order of their names. `*` and `?` match
 * within a name, but for a dot at its start, `[ab]` one of the characters, and `**` directories at any depth.
 */
export function expandPatterns(patterns: readonly string[]): { files: string[]; problems: Problem[] } {
  const files = new Set<string>();
  const problems: Problem[] = [];
  for (const pattern of patterns) {
    const matches = isPattern(pattern) ? match(pattern) : [pattern];
    for (const file of matches) files.add(file);
    if (matches.length === 0) {
      problems.push({ at: { file: pattern }, path: [], text: "no file has such a name; correct the pattern" });
    }
  }
  return { files: [...files], problems };
}

function isPattern(text: string): boolean {
  return /[*?[]/.test(text) && statOf(text) === undefined;
}

function match(pattern: string): string[] {
  const steps = pattern.replaceAll("\\", process.platform === "win32" ? "/" : "\\").split("/");
  const found: string[] = [];
  const visit = (directory: string, index: number, depth: number): void => {
    const step = steps[index];
    if (step === undefined || depth > deepest || found.length > mostFiles) return;
    const last = index === steps.length - 1;
    if (!/[*?[]/.test(step)) {
      const path = index === 0 && step === "" ? "/" : join(directory, step);
      if (!last) visit(path, index + 1, depth + 1);
      else if (statOf(path)?.isFile() === true) found.push(path);
      return;
    }
    if (step === "**") visit(directory, index + 1, depth);
    const matcher = step === "**" ? /^[^.]/ : compile(step);
    for (const entry of entriesOf(directory)) {
      if (!matcher.test(entry.name)) continue;
      const path = join(directory, entry.name);
      if (step === "**") {
        if (entry.isDirectory()) visit(path, index, depth + 1);
      } else if (!last) {
        if (kindOf(entry, path).isDirectory()) visit(path, index + 1, depth + 1);
      } else if (kindOf(entry, path).isFile()) found.push(path);
    }
  };
  visit("", 0, 0);
  return found.toSorted();
}

function compile(step: string): RegExp {
  const source = step.replaceAll(/\[(!?)([^\]]+)\]|[\\^$.*+?()[\]{}|]/g, (token, not: string, set?: string) => {
    if (set !== undefined) return `[${not === "!" ? "^" : ""}${set.replaceAll(/[\\^\]]/g, String.raw`\$&`)}]`;
    if (token === "*") return "[^/]*";
    return token === "?" ? "[^/]" : `\\${token}`;
  });
  try {
    return new RegExp(`^${/^[*?[]/.test(step) ? String.raw`(?!\.)` : ""}${source}$`, "u");
  } catch {
    // A range that ends before it begins matches nothing.
    return /$./;
  }
}

/** What an entry is, or what it links to: the file system is asked only where the directory does not tell. */
function kindOf(entry: Dirent, path: string): Pick<Dirent, "isDirectory" | "isFile"> {
  return entry.isSymbolicLink() ? (statOf(path) ?? entry) : entry;
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory || ".", { withFileTypes: true });
  } catch {
    return [];
  }
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
