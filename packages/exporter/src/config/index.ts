export { byteSize } from "./byte-size.ts";
export { duration } from "./duration.ts";
export type { Environment } from "./environment.ts";
export { filePath } from "./file-path.ts";
export { jsonSchema, type JsonSchema } from "./json-schema.ts";
export { readConfig, type ReadConfig, type ReadConfigOptions } from "./read-config.ts";
export { Secret, secret } from "./secret.ts";
export { type Origin, shownConfig } from "./shown-config.ts";
