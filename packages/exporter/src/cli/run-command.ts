import { ExporterError, exitCodeOf, tell } from "../exporter-error.ts";
import type { CommandOptions } from "./command.ts";

/**
 * Runs a command that is made of modules: it serves what its configuration files name, and has the flags and the subcommands
 * of `exporterkit`. Resolves to its exit code: 0 after a stop or where all is well, 1 for a failure at run time, 2 for a wrong
 * argument or configuration.
 *
 * ```ts
 * process.exitCode = await runCommand({
 *   name: "queue-exporter",
 *   description: "Serves the metrics of job queues.",
 *   version: "1.0.0",
 *   modules: [queue],
 * });
 * ```
 *
 * `args` are its arguments. Default: those of the process.
 */
export async function runCommand(
  options: CommandOptions,
  args: readonly string[] = process.argv.slice(2),
): Promise<number> {
  // Whoever reads the help may stop reading: head, less.
  process.stdout.on("error", () => {});
  // What reads arguments and configurations takes a tenth of a second to load, which who only needs the library need not wait for.
  const [{ CommanderError }, { Command }, { runCommandLine }] = await Promise.all([
    import("commander"),
    import("./command.ts"),
    import("./program.ts"),
  ]);
  try {
    return await runCommandLine(new Command(options), args);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof ExporterError)) throw error;
    tell(error);
    return exitCodeOf(error);
  }
}
