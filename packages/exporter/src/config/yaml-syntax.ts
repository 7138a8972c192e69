import type { ErrorCode, YAMLError } from "yaml";
import type { Place, Problem } from "./problem.ts";

// The parser's own messages quote what stands there, which may be a secret that should have been in quotes.
const sentences: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "an alias can have no anchor and no tag; remove them, or quote the text that begins with *",
  BAD_ALIAS: "an alias needs the name of an anchor before it; quote the text if it is no alias",
  BAD_COLLECTION_TYPE: "the tag does not fit the value; remove the tag",
  BAD_DIRECTIVE: "a line that begins with % is a directive, and this is none that is known; quote the text",
  BAD_DQ_ESCAPE: "unknown escape in double quotes; write \\\\ for a backslash, or use single quotes",
  BAD_INDENT: "the indentation is wrong; align it with the lines it belongs to",
  BAD_PROP_ORDER: "anchor and tag stand in the wrong place; put them before the value",
  BAD_SCALAR_START: "a text cannot begin with this character; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    'a mapping or list begins in the line of a key; put it on lines of its own, or quote a text with ": " in it',
  BLOCK_IN_FLOW: "an indented block cannot stand within brackets or braces; write it in brackets or braces too",
  DUPLICATE_KEY: "the key is given twice; keep one of them",
  IMPOSSIBLE: "is not YAML",
  KEY_OVER_1024_CHARS: "the key is longer than 1024 characters; shorten it, or add the colon that is missing",
  MISSING_CHAR:
    "a character is missing here: a colon after a key, a closing quote, bracket or brace, or a comma or space between",
  MULTILINE_IMPLICIT_KEY: "a key must be on one line, followed by a colon; add the colon, or quote the text",
  MULTIPLE_ANCHORS: "a value can have one anchor only; remove the others",
  MULTIPLE_DOCS: "a second document begins here; put it into a file of its own",
  MULTIPLE_TAGS: "a value can have one tag only; remove the others",
  NON_STRING_KEY: "a key must be a plain text",
  RESOURCE_EXHAUSTION: "is nested too deep; flatten it",
  TAB_AS_INDENT: "a tab cannot indent; use spaces",
  TAG_RESOLVE_FAILED: "an unknown tag; remove it, or quote the text that begins with !",
  UNEXPECTED_TOKEN: "this cannot stand here; quote it if it is text, or correct the line before",
};

/** What is wrong with the syntax, in sentences that quote nothing. */
export function syntaxProblems(errors: readonly YAMLError[], placeAt: (offset: number) => Place): Problem[] {
  const problems: Problem[] = [];
  for (const { code, pos } of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const at = placeAt(pos[0]);
    // One mistake makes several errors in its line, and what the parser does not expect makes it stumble over all the rest.
    if (problems.at(-1)?.at.line === at.line) continue;
    problems.push({ at, path: [], text: `YAML syntax: ${sentences[code] ?? sentences.IMPOSSIBLE}` });
    if (code === "UNEXPECTED_TOKEN") break;
  }
  return problems;
}
