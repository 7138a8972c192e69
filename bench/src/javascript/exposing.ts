import type { Answer, ExpositionWork } from "../work.ts";
import { changing } from "./changes.ts";
import type { Library } from "./library.ts";

const defaultLabels = { region: "eu-west-1", service: "checkout" };

/** Scrapes, each after changes, which are not timed. */
export function exposing(library: Library, work: ExpositionWork): (times: number) => Promise<Answer> {
  const registry = library.registry(work.defaultLabels ? defaultLabels : undefined);
  const change = changing(registry, work);
  return async (times) => {
    let nanoseconds = 0;
    let bytes = 0;
    for (let i = 0; i < times; i++) {
      change();
      if (i === 0) globalThis.gc?.();
      const start = process.hrtime.bigint();
      bytes = await registry.expose(work.format);
      nanoseconds += Number(process.hrtime.bigint() - start);
    }
    return { nanoseconds, bytes };
  };
}
