import { z } from "zod";
import { isSecretText } from "./secret.ts";

/** A schema as its own kind, without what is wrapped around it; where a value is transformed, as it is before. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodTypes {
  let inner = schema as z.core.$ZodTypes;
  for (;;) {
    const { def } = inner._zod;
    if (def.type === "pipe") inner = (isTransform(def.in) ? def.out : def.in) as z.core.$ZodTypes;
    else if (def.type === "lazy") inner = def.getter() as z.core.$ZodTypes;
    else if ("innerType" in def) inner = def.innerType as z.core.$ZodTypes;
    else return inner;
  }
}

function isTransform(schema: z.core.$ZodType): boolean {
  return schema._zod.def.type === "transform";
}

/** Whether a schema takes nothing at all or null by itself. */
export function takesNull(schema: z.core.$ZodType): boolean {
  return schema._zod.def.type !== "any" && z.safeParse(schema, null).success;
}

/** Whether a schema is one of `secret()`. */
export function isSecret(schema: z.core.$ZodType): boolean {
  return isSecretText(unwrap(schema));
}

/** The keys that a mapping of this schema may have, undefined if it may have any. */
export function knownKeys(schema: z.core.$ZodTypes): string[] | undefined {
  const { def } = schema._zod;
  if (def.type !== "object" || restOf(def) !== undefined) return undefined;
  return Object.entries(def.shape).flatMap(([key, field]) => (isSecret(field) ? [key, `${key}_file`] : [key]));
}

/** The schema of what stands under a key or index. */
export function childOf(schema: z.core.$ZodTypes, step: string | number): z.core.$ZodType | undefined {
  const { def } = schema._zod;
  switch (def.type) {
    case "object":
      return Object.hasOwn(def.shape, step) ? def.shape[step] : restOf(def);
    case "record":
      return def.valueType;
    case "array":
      return def.element;
    case "tuple":
      return def.items[Number(step)] ?? def.rest ?? undefined;
    default:
      return undefined;
  }
}

/** The schema of keys that an object does not name, if it takes any. */
function restOf({ catchall }: z.core.$ZodObjectDef): z.core.$ZodType | undefined {
  return catchall?._zod.def.type === "never" ? undefined : catchall;
}
