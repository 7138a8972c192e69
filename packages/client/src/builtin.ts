/**
 * A module that is built into the runtime, or undefined where the runtime has none. No `import` statement names one, so
 * that the library loads in runtimes that are not Node.js.
 */
export function builtin<Name extends keyof BuiltinModules>(name: Name): BuiltinModules[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name);
}

interface BuiltinModules {
  "node:fs": typeof import("node:fs");
  "node:perf_hooks": typeof import("node:perf_hooks");
  "node:timers": typeof import("node:timers");
  "node:timers/promises": typeof import("node:timers/promises");
  "node:v8": typeof import("node:v8");
  "node:zlib": typeof import("node:zlib");
}
