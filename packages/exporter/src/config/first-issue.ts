import type { z } from "zod";

/** What is wrong with a value, and where in it. */
export interface FirstIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The first thing that a schema finds wrong; where a union refused the value, what the option that got furthest says. */
export function firstIssue(error: z.ZodError): FirstIssue {
  const [issue] = error.issues;
  return issue === undefined ? { path: [], message: "is not valid" } : deepest(issue);
}

function deepest(issue: z.core.$ZodIssue): FirstIssue {
  const { path, message } = issue;
  if (issue.code !== "invalid_union") return { path, message };
  const options = issue.errors.flatMap(([first]) => (first === undefined ? [] : [deepest(first)]));
  // One that refuses the value's kind has no path, and says less than one that names a key.
  const furthest = options.toSorted((a, b) => b.path.length - a.path.length).at(0);
  const last = options.findLast((option) => option.path.length === furthest?.path.length);
  return last === undefined ? { path, message } : { path: [...path, ...last.path], message: last.message };
}
