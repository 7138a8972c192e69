import { originOf } from "./cgroup-origin.ts";
import { baseName, executableOf, type Identity } from "./identity.ts";
import type { NamedGroups } from "./linear-pattern.ts";

/** Gives a process the name of its group. */
export type NameTemplate = (identity: Identity, matches: NamedGroups) => string;

const fields: Readonly<Record<string, NameTemplate>> = {
  Comm: ({ comm }) => comm,
  ExeBase: (identity) => baseName(executableOf(identity)),
  ExeFull: executableOf,
  Username: ({ user }) => user,
  PID: ({ pid }) => String(pid),
  StartTime: ({ startSeconds }) => goTime(startSeconds),
  Cgroups: ({ cgroups }) => `[${cgroups.join(" ")}]`,
  Pod: ({ cgroups }) => originOf(cgroups).pod,
  Container: ({ cgroups }) => originOf(cgroups).container,
  Unit: ({ cgroups }) => originOf(cgroups).unit,
};

// A name comes from what strangers call their programs, and every series bears it.
const longestName = 1024;

/**
 * Reads a template such as `{{.Comm}}:{{.Matches.port}}`. Of Go's templates there are the fields, `index` and the marks that
 * trim. Throws if there is something else in it.
 */
export function parseNameTemplate(source: string): NameTemplate {
  const parts: NameTemplate[] = [];
  let end = 0;
  let trims = false;
  const text = (to: number, trimsEnd: boolean): void => {
    let literal = source.slice(end, to);
    if (trims) literal = literal.trimStart();
    if (trimsEnd) literal = literal.trimEnd();
    if (literal !== "") parts.push(() => literal);
  };
  for (const match of source.matchAll(/\{\{(- )?(.*?)( -)?\}\}/gs)) {
    text(match.index, match[1] !== undefined);
    parts.push(parseAction(match[2]!.trim()));
    end = match.index + match[0].length;
    trims = match[3] !== undefined;
  }
  if (source.slice(end).includes("{{")) throw new Error(`has "{{" without "}}"; close it`);
  text(source.length, false);
  return (identity, matches) =>
    parts
      .map((part) => part(identity, matches))
      .join("")
      .slice(0, longestName)
      .toWellFormed();
}

function parseAction(action: string): NameTemplate {
  // What Go's templates print of a key that a map does not have; index gives the empty text.
  const match = /^\.Matches\.(\w+)$/.exec(action)?.[1];
  if (match !== undefined) return (_, matches) => matches.get(match) ?? "<no value>";
  const indexed = /^index \.Matches "(\w+)"$/.exec(action)?.[1];
  if (indexed !== undefined) return (_, matches) => matches.get(indexed) ?? "";
  const place = /^index \.Cgroups (\d{1,3})$/.exec(action)?.[1];
  if (place !== undefined) return ({ cgroups }) => cgroups[Number(place)] ?? "";
  const name = /^\.(\w+)$/.exec(action)?.[1] ?? "";
  if (Object.hasOwn(fields, name)) return fields[name]!;
  const known = Object.keys(fields).map((field) => `.${field}`);
  throw new Error(`has {{${action}}}, which is unknown; use one of ${[...known, ".Matches.x"].join(", ")}`);
}

/** A time as Go prints it, in UTC. */
function goTime(seconds: number): string {
  const [date, time] = new Date(Math.round(seconds * 1000)).toISOString().slice(0, -1).split("T");
  const shortest = time!.replace(/\.?0*$/, "");
  // Of a whole minute the seconds have lost their zeros too.
  return `${date} ${shortest.length < 8 ? time!.slice(0, 8) : shortest} +0000 UTC`;
}
