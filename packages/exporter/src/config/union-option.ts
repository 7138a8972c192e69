import { z } from "zod";
import { unwrap } from "./schema-shape.ts";
import { isSecretText } from "./secret.ts";
import type { MapTree, Tree } from "./tree.ts";

/** The option of a union that a value is most likely meant for; the schema itself where it is no union. */
export function chooseOption(schema: z.core.$ZodTypes, tree: Tree): z.core.$ZodTypes {
  const { def } = schema._zod;
  if (def.type !== "union") return schema;
  let best: z.core.$ZodTypes = schema;
  let highest = 0;
  for (const option of def.options) {
    const inner = chooseOption(unwrap(option), tree);
    const points = fit(inner, tree);
    if (points > highest) {
      best = inner;
      highest = points;
    }
  }
  return best;
}

/** 0 for a value of another kind; else more the better it fits. */
function fit(schema: z.core.$ZodTypes, tree: Tree): number {
  const { def } = schema._zod;
  if (tree.kind === "list") return def.type === "array" || def.type === "tuple" ? 1 : 0;
  if (tree.kind === "map") {
    if (def.type === "record") return 1;
    return def.type === "object" ? fitOfObject(def.shape, tree) : 0;
  }
  if (def.type === "enum" || def.type === "literal") return takes(schema, tree.value) ? 4 : 1;
  // What may be a secret is one.
  if (def.type === "string") return typeof tree.value === "string" ? (isSecretText(schema) ? 3 : 2) : 0;
  // A variable of the environment may be a number if it cannot be a text.
  const maybe = tree.written === undefined ? 0 : 1;
  if (def.type === "number" || def.type === "boolean") return typeof tree.value === def.type ? 2 : maybe;
  return 0;
}

function takes(schema: z.core.$ZodTypes, value: unknown): boolean {
  return z.safeParse(schema, value).success;
}

/** Literals tell the options of a union apart; without them the known keys do. */
function fitOfObject(shape: Readonly<Record<string, z.core.$ZodType>>, tree: MapTree): number {
  let points = 1;
  for (const [key, { value }] of tree.entries) {
    const field = Object.hasOwn(shape, key) ? unwrap(shape[key]!) : undefined;
    if (field === undefined) continue;
    points += 1;
    const { def } = field._zod;
    if (def.type === "literal" && value.kind === "scalar") points += def.values.includes(value.value) ? 1000 : -points;
  }
  return Math.max(points, 0.5);
}
