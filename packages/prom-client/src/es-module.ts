import * as client from "./index.ts";

// What `import` finds, as far as types go. The module itself is made with the bundle, and imports what `require` returns.
export * from "./index.ts";
export default client;
