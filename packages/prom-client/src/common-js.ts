import type { RegistryContentType } from "./content-type.ts";
import * as client from "./index.ts";
import { register } from "./registry.ts";

// What `require` returns: an object of its own, as in prom-client, so that tests may put other things in its properties.
const exported: typeof client = Object.defineProperty({ ...client }, "contentType", {
  enumerable: true,
  get: () => register.contentType as RegistryContentType,
  set(contentType: never) {
    register.setContentType(contentType);
  },
});

export default exported;
