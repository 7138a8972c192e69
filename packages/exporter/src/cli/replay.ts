import type { Command as Program } from "commander";
import { ExporterError } from "../exporter-error.ts";
import { samplesOf } from "./collect-each.ts";
import type { Command } from "./command.ts";
import { ByteProgress } from "./progress.ts";
import { formatTable, printable } from "./table.ts";
import { print } from "./try.ts";

/** Adds `<module> try FILE` for each module that can count a file; `done` is told the exit code. */
export function addReplayCommands(program: Program, command: Command, done: (code: number) => void): void {
  for (const module of command.modules) {
    const canReplay = "load" in module ? module.canReplay === true : module.replay !== undefined;
    if (!canReplay) continue;
    program
      .command(module.name)
      .description(`what belongs to the module ${module.name}`)
      .command("try")
      .description("counts a file, plain or gzip, and prints what comes of it and which lines are of no format")
      .argument("<file>", "the file; - for the standard input")
      .requiredOption(
        "--config <file>",
        "the configuration; may be repeated",
        (file: string, before: string[] | undefined) => [...(before ?? []), file],
      )
      .option("--source <name>", "the source to count by, where the configuration has several")
      .action(async (file: string, { config, source }: { config: string[]; source?: string }) => {
        done(await replay(command, module.name, { file, configFiles: config, part: source }));
      });
  }
}

interface Replay {
  readonly file: string;
  readonly configFiles: readonly string[];
  readonly part: string | undefined;
}

/** Resolves to the exit code: 0, or 1 if no line was understood. */
async function replay(command: Command, name: string, { file, configFiles, part }: Replay): Promise<number> {
  const { config, warnings } = await command.read(configFiles);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const ofModule = config.modules[name];
  if (ofModule === undefined) {
    throw new ExporterError("invalid_argument", `The configuration has no module "${name}": add it below modules.`);
  }
  const [module] = await command.load([name]);
  const progress = new ByteProgress(process.stderr);
  const show = (bytes: number, total: number): void => progress.show(bytes, total);
  const { registry, lines, unmatched, examples, dropped } = await module!.replay!(ofModule, {
    file,
    part,
    progress: show,
  }).finally(() => progress.end());
  const table = formatTable(["METRIC", "LABELS", "VALUE"], samplesOf(await registry.metrics()));
  const told = [`${lines} lines, ${unmatched} of no format, ${dropped} dropped`];
  if (unmatched > 0)
    told.push(
      "",
      unmatched > examples.length ? `LINES OF NO FORMAT (the first ${examples.length})` : "LINES OF NO FORMAT",
    );
  await print(`${table}\n${[...told, ...examples.map(printable)].join("\n")}\n`);
  return lines > 0 && unmatched + dropped >= lines ? 1 : 0;
}
