import { register } from "./registry.ts";
import type { RegistryContentType } from "./content-type.ts";

/**
 * The Content-Type of the default registry. By `require` and as a property of the default export it is always that of the
 * moment, and may be assigned to; imported by its name it is that of the start.
 */
export const contentType: RegistryContentType = register.contentType;
