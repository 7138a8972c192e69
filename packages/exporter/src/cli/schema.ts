import { commandJsonSchema } from "./modules.ts";

/** Prints the JSON Schema of the configuration. Returns the exit code. */
export function printSchema(): number {
  process.stdout.write(`${JSON.stringify(commandJsonSchema(), undefined, 2)}\n`);
  return 0;
}
