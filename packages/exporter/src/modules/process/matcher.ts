import { originOf } from "./cgroup-origin.ts";
import { baseName, type Identity } from "./identity.ts";
import { LinearPattern, type NamedGroups } from "./linear-pattern.ts";
import { type NameTemplate, parseNameTemplate } from "./name-template.ts";

/** An entry of `process_names`: which processes belong to the group, and what it is called. */
export interface ProcessName {
  /** A template of the group's name. Default: `{{.ExeBase}}`. */
  readonly name?: string | undefined;
  /** Names as the kernel has them, one of which must be that of the process. */
  readonly comm?: readonly string[] | undefined;
  /** What it was started as: its whole path, or the last part of it where there is no slash. */
  readonly exe?: readonly string[] | undefined;
  /** Regular expressions, all of which must be found in the command line. */
  readonly cmdline?: readonly string[] | undefined;
  /** Names or numbers of the effective user. */
  readonly user?: readonly string[] | undefined;
  /** Regular expressions, one of which must be found in the path of a cgroup. */
  readonly cgroup?: readonly string[] | undefined;
  /** Regular expressions, one of which must be found in the UID of the Kubernetes pod. */
  readonly pod?: readonly string[] | undefined;
  /** Regular expressions, one of which must be found in the name of the systemd unit. */
  readonly unit?: readonly string[] | undefined;
}

/** The name of the group that a process belongs to, or undefined if it belongs to none. */
export type Matcher = (identity: Identity) => string | undefined;

// Whether a process meets one selector; what named groups took goes into `matches`.
type Selector = (identity: Identity, matches: Map<string, string>) => boolean;

// Longer command lines are those of Java with a long class path, the tail of which tells nothing of the program.
const longestCommandLine = 32_768;

/** A matcher of the entries, of which the first that fits a process names its group. Throws if one is malformed. */
export function makeMatcher(entries: readonly ProcessName[]): Matcher {
  const matchers = entries.map(entryMatcher);
  return (identity) => {
    for (const matcher of matchers) {
      const name = matcher(identity);
      if (name !== undefined) return name;
    }
    return undefined;
  };
}

function entryMatcher(entry: ProcessName): Matcher {
  const template: NameTemplate = parseNameTemplate(entry.name ?? "{{.ExeBase}}");
  const selectors = selectorsOf(entry);
  return (identity) => {
    const matches = new Map<string, string>();
    return selectors.every((selector) => selector(identity, matches)) ? template(identity, matches) : undefined;
  };
}

// Those that cost least first, so that a regular expression runs only where they hold.
function selectorsOf({ comm, exe, cmdline, user, cgroup, pod, unit }: ProcessName): Selector[] {
  const selectors: Selector[] = [];
  if (comm !== undefined) selectors.push((identity) => comm.includes(identity.comm));
  if (user !== undefined) selectors.push((identity) => user.includes(identity.user));
  if (exe !== undefined) selectors.push(({ argv }) => argv[0] !== undefined && isExecutable(argv[0], exe));
  if (pod !== undefined) selectors.push(oneOf(pod, ({ cgroups }) => [originOf(cgroups).pod]));
  if (unit !== undefined) selectors.push(oneOf(unit, ({ cgroups }) => [originOf(cgroups).unit]));
  if (cgroup !== undefined) selectors.push(oneOf(cgroup, ({ cgroups }) => cgroups));
  if (cmdline !== undefined) {
    const patterns = cmdline.map((source) => new LinearPattern(source));
    selectors.push(({ argv }, matches) => {
      const line = argv.join(" ").slice(0, longestCommandLine);
      return patterns.every((pattern) => keep(pattern.find(line), matches));
    });
  }
  return selectors;
}

function isExecutable(path: string, wanted: readonly string[]): boolean {
  return wanted.includes(path) || wanted.includes(baseName(path));
}

function oneOf(sources: readonly string[], textsOf: (identity: Identity) => readonly string[]): Selector {
  const patterns = sources.map((source) => new LinearPattern(source));
  return (identity, matches) =>
    textsOf(identity).some((text) => text !== "" && patterns.some((pattern) => keep(pattern.find(text), matches)));
}

function keep(found: NamedGroups | undefined, matches: Map<string, string>): boolean {
  for (const [name, text] of found ?? []) matches.set(name, text);
  return found !== undefined;
}
