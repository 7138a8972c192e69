import { setImmediate } from "node:timers";

/** Has those that come at once go on one after the other, each in a turn of the event loop of its own. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** Undefined where this turn is free; what to wait for where another has it. */
  take(): Promise<void> | undefined {
    if (this.#isTaken) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
    setImmediate(() => this.#end());
    return undefined;
  }

  #end(): void {
    const next = this.#waiting.shift();
    this.#isTaken = next !== undefined;
    if (next === undefined) return;
    setImmediate(() => this.#end());
    next();
  }
}
