import { z } from "zod";

const filePaths = new WeakSet<object>();

/** A field that names a file. What is relative is so to the configuration file, whatever the working directory. */
export function filePath(): z.ZodType<string, string> {
  const path = z.string().min(1);
  filePaths.add(path);
  return path;
}

/** Whether a schema was made by `filePath()`. */
export function isFilePath(schema: object): boolean {
  return filePaths.has(schema);
}
