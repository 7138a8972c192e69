import type { Command } from "./command.ts";

/** Prints the JSON Schema of the configuration. Returns the exit code. */
export function printSchema({ jsonSchema }: Command): number {
  process.stdout.write(`${JSON.stringify(jsonSchema, undefined, 2)}\n`);
  return 0;
}
