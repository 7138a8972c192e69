import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExporterError, messageOf } from "../exporter-error.ts";

/** A text file and its name, which may begin with folders. */
export interface WrittenFile {
  readonly name: string;
  readonly text: string;
}

/** Writes files into a folder, which is made if it is not there, and prints the path of each. Rejects with an {@link ExporterError}. */
export async function writeFiles(folder: string, files: readonly WrittenFile[]): Promise<void> {
  for (const { name, text } of files) {
    const path = join(folder, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    } catch (error) {
      const remedy = "name a folder that can be written to.";
      throw new ExporterError("invalid_argument", `${path} cannot be written: ${messageOf(error)}; ${remedy}`);
    }
    process.stdout.write(`${path}\n`);
  }
}
