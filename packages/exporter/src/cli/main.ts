import { CommanderError } from "commander";
import { ExporterError, exitCodeOf, tell } from "../exporter-error.ts";
import { runCommandLine } from "./program.ts";

/**
 * The command. Resolves to its exit code: 0 after a stop or where all is well, 1 for a failure at run time, 2 for a wrong
 * argument or configuration.
 */
export async function main(args: readonly string[]): Promise<number> {
  // Whoever reads the help may stop reading: head, less.
  process.stdout.on("error", () => {});
  try {
    return await runCommandLine(args);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof ExporterError)) throw error;
    tell(error);
    return exitCodeOf(error);
  }
}
