import type { Command } from "./command.ts";

/** Prints the JSON Schema of the configuration. Resolves to the exit code. */
export async function printSchema(command: Command): Promise<number> {
  process.stdout.write(`${JSON.stringify(await command.jsonSchema(), undefined, 2)}\n`);
  return 0;
}
