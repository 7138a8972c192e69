import { ExporterError } from "../exporter-error.ts";
import { silentLogger } from "../logger.ts";
import type { Command } from "./command.ts";

/**
 * Prints for each file that it is well, or all that is wrong with it on standard error, and so of the web configuration that
 * it names, with the certificates and keys named there. Resolves to the exit code: 0, or 2 if
 * anything is wrong. `together` takes the files as the parts of one configuration.
 */
export async function check(command: Command, files: readonly string[], together: boolean): Promise<number> {
  let code = 0;
  for (const patterns of together ? [files] : files.map((file) => [file])) {
    try {
      const { config, files: read, warnings } = await command.read(patterns);
      for (const warning of warnings) process.stderr.write(`${warning}\n`);
      await checkWebConfig(config.web.config_file);
      for (const file of read) process.stdout.write(`${file}: ok\n`);
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      process.stderr.write(`${error.message}\n`);
      code = 2;
    }
  }
  return code;
}

async function checkWebConfig(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const { WebConfigFile } = await import("../server/web-config-file.ts");
  await WebConfigFile.open(file, silentLogger);
}
