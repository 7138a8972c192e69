import { z } from "zod";
import { isSecret } from "./schema-shape.ts";

/** A JSON Schema, draft 7. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a text with a variable of the environment looks like, which may stand for anything but lists and mappings. */
const fromEnvironment: JsonSchema = { type: "string", pattern: String.raw`\$\{` };

/**
 * The JSON Schema of what `readConfig()` takes by a schema, for editors: its keys and no others, `<name>_file` beside each
 * secret, `${NAME}` in place of numbers and choices.
 */
export function jsonSchema(schema: z.ZodType, title: string): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: json }) => {
      const { def } = zodSchema._zod;
      if (def.type === "object") describeObject(def, json);
      else if (def.type === "record" && json.required === undefined) json.type = ["object", "null"] as never;
      else if (isScalar(json)) orFromEnvironment(json);
    },
  });
  // A file with nothing in it is refused, unlike a key with nothing below it.
  const root = Array.isArray(rest.type) ? { ...rest, type: "object" } : rest;
  return { $schema, title, ...root } as JsonSchema;
}

function describeObject(def: z.core.$ZodObjectDef, json: JsonSchema): void {
  const { properties = {} } = json;
  if (def.catchall === undefined) json.additionalProperties = false;
  const required = new Set(json.required);
  const either: JsonSchema[] = [];
  for (const [key, field] of Object.entries(def.shape)) {
    if (!isSecret(field)) continue;
    const file = `${key}_file`;
    if (Object.hasOwn(properties, file)) continue;
    properties[file] = { type: "string", minLength: 1, description: `The file to read ${key} from.` };
    const both = [{ required: [key] }, { required: [file] }];
    either.push(required.delete(key) ? { oneOf: both } : { not: { allOf: both } });
  }
  if (either.length > 0) json.allOf = [...(json.allOf ?? []), ...either];
  if (required.size > 0) json.required = [...required];
  else delete json.required;
  // A key with nothing below it is an empty mapping.
  if (required.size === 0 && !either.some(({ oneOf }) => oneOf !== undefined)) json.type = ["object", "null"] as never;
}

/** Whether a schema takes only some texts, or none. */
function isScalar({
  type,
  enum: choices,
  const: constant,
  format,
  pattern,
  minLength,
  maxLength,
}: JsonSchema): boolean {
  if (constant !== undefined) return false;
  if (type === "number" || type === "integer" || type === "boolean" || choices !== undefined) return true;
  return type === "string" && (format ?? pattern ?? minLength ?? maxLength) !== undefined;
}

function orFromEnvironment(json: JsonSchema): void {
  const { title, description, default: fallback, ...rest } = json;
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, { title, description, default: fallback, anyOf: [rest, fromEnvironment] });
  for (const [key, value] of Object.entries(json)) if (value === undefined) delete json[key];
}
