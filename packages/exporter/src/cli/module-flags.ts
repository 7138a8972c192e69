import { type Command as Program, Option } from "commander";
import { firstIssue } from "../config/first-issue.ts";
import { ExporterError } from "../exporter-error.ts";
import type { FlagValue, GivenFlags, Module } from "../module.ts";

/** The flags of each module that were given, by the name of the module. */
export type FlagsOfModules = ReadonlyMap<string, GivenFlags>;

/** Adds the flags of the modules to a program. */
export function addModuleFlags(program: Program, modules: readonly Pick<Module, "name" | "flags">[]): void {
  for (const { name: module, flags } of modules) {
    for (const { name, description, kind, isHidden } of flags?.list ?? []) {
      const add = (option: Option): unknown =>
        program.addOption(
          option.helpGroup(`Options of the module ${module}:`).hideHelp(isHidden === true || option.negate),
        );
      if (kind === "switch") {
        add(new Option(`--${name}`, description));
        add(new Option(`--no-${name}`, `not --${name}`));
      } else {
        const option = new Option(`--${name} <value>`, description);
        add(kind === "values" ? option.argParser(append) : option);
      }
    }
  }
}

function append(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** The flags of the modules among what a program was given. */
export function givenModuleFlags(program: Program, modules: readonly Pick<Module, "name" | "flags">[]): FlagsOfModules {
  const options = program.opts<Record<string, FlagValue>>();
  const given = modules.map(({ name: module, flags }) => {
    const values = (flags?.list ?? []).flatMap(({ name }) => {
      const value = options[new Option(`--${name}`).attributeName()];
      return value === undefined ? [] : [[name, value] as const];
    });
    return [module, new Map(values)] as const;
  });
  return new Map(given.filter(([, values]) => values.size > 0));
}

/** Throws an {@link ExporterError} if a module does not take its flags by themselves. */
export function checkModuleFlags(modules: readonly Module[], flags: FlagsOfModules): void {
  for (const { name, schema, flags: known } of modules) {
    const given = flags.get(name);
    if (given === undefined) continue;
    const { error } = schema.safeParse(known!.apply(undefined, given));
    if (error === undefined) continue;
    const issue = firstIssue(error);
    const named = flagsAt(issue.path, [...given.keys()]).join(", --");
    throw new ExporterError("invalid_argument", `--${named}: ${issue.message}.`);
  }
}

/** Those of the flags given that say what stands at a path of the configuration, or below it; all where none does by its name. */
function flagsAt(path: readonly PropertyKey[], given: readonly string[]): readonly string[] {
  const [last, above] = path.map(String).toReversed();
  const tries: readonly ((flag: string) => boolean)[] = [
    (flag) => flag.endsWith(`.${above}.${last}`),
    (flag) => flag.endsWith(`.${last}`),
    (flag) => flag.includes(`.${last}.`),
  ];
  return tries.map((isMeant) => given.filter(isMeant)).find((found) => found.length > 0) ?? given;
}

/** What stands below `modules` in a configuration, with what the flags say in place of what the file says. */
export function withModuleFlags(written: unknown, modules: readonly Module[], flags: FlagsOfModules): unknown {
  if (typeof written !== "object" || written === null) return written;
  const config = written as Readonly<Record<string, unknown>>;
  const changed = modules.flatMap(({ name, flags: known }) => {
    const given = flags.get(name);
    return given === undefined || !Object.hasOwn(config, name) ? [] : [[name, known!.apply(config[name], given)]];
  });
  return { ...config, ...(Object.fromEntries(changed) as object) };
}
