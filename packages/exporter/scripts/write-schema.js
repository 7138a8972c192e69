// Writes the JSON Schema of the command's configuration, as built, to where it is published.
import { writeFileSync } from "node:fs";
import { commandJsonSchema } from "../dist/cli/modules.js";

const file = new URL("../schema/exporterkit.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(commandJsonSchema(), undefined, 2)}\n`);
