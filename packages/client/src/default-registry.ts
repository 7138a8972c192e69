import { Registry } from "./registry.ts";

/** The default registry. It brings the metrics of the process and of the runtime along as soon as it is first used. */
class DefaultRegistry extends Registry {
  #bringAlong: (() => void) | undefined;

  /** Says what to do at the first use: before it nothing is started, so that an import alone costs nothing. */
  atFirstUse(bringAlong: () => void): void {
    this.#bringAlong = bringAlong;
  }

  protected override contents(): ReturnType<Registry["contents"]> {
    const bringAlong = this.#bringAlong;
    this.#bringAlong = undefined;
    bringAlong?.();
    return super.contents();
  }
}

/**
 * The registry of every metric that is not declared with `registers`. The metrics of the process and of the runtime come
 * along with its first use; `collectDefaultMetrics().stop()` takes them out.
 */
export const register: Registry = new DefaultRegistry();

/** Has `bringAlong` called once, when the default registry is first used. */
export function atFirstUse(bringAlong: () => void): void {
  (register as DefaultRegistry).atFirstUse(bringAlong);
}
