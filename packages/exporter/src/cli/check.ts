import { ExporterError } from "../exporter-error.ts";
import type { Command } from "./command.ts";

/**
 * Prints for each file that it is well, or all that is wrong with it on standard error. Resolves to the exit code: 0, or 2 if
 * anything is wrong. `together` takes the files as the parts of one configuration.
 */
export async function check(command: Command, files: readonly string[], together: boolean): Promise<number> {
  let code = 0;
  for (const patterns of together ? [files] : files.map((file) => [file])) {
    try {
      const { files: read, warnings } = await command.read(patterns);
      for (const warning of warnings) process.stderr.write(`${warning}\n`);
      for (const file of read) process.stdout.write(`${file}: ok\n`);
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      process.stderr.write(`${error.message}\n`);
      code = 2;
    }
  }
  return code;
}
