import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExporterError, messageOf } from "../exporter-error.ts";
import type { Command } from "./command.ts";

/** Writes the dashboards of the command's modules into a folder, a JSON file each. Resolves to the exit code. */
export async function writeDashboards(command: Command, folder: string): Promise<number> {
  const { dashboards } = command;
  if (dashboards.length === 0) process.stdout.write("No module has a dashboard.\n");
  try {
    await mkdir(folder, { recursive: true });
    for (const { name, model } of dashboards) {
      const file = join(folder, `${name}.json`);
      await writeFile(file, `${JSON.stringify(model, undefined, 2)}\n`);
      process.stdout.write(`${file}\n`);
    }
  } catch (error) {
    const remedy = "name a folder that can be written to.";
    throw new ExporterError("invalid_argument", `Dashboards cannot be written: ${messageOf(error)}; ${remedy}`);
  }
  return 0;
}
