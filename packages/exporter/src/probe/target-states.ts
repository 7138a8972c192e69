/** What is kept of one target for one module. */
export class TargetState {
  /** The probe's own state, once it has been made. */
  value: object | undefined;
  /** Why the last probe failed; undefined if it did not. */
  lastFailure: string | undefined;
  #holders = 0;
  #isTaken = false;
  #next: (() => void) | undefined;

  /** Whether a probe has it, or is about to. */
  get isUsed(): boolean {
    return this.#isTaken || this.#holders > 0;
  }

  /** Says that a probe is about to take it; to be let go of once that has, or will not. */
  hold(): void {
    this.#holders++;
  }

  letGo(): void {
    this.#holders--;
  }

  /** Whether a probe waits for another to let go of it. */
  get isWaitedFor(): boolean {
    return this.#next !== undefined;
  }

  /**
   * Resolves when no other probe has it, and this one does. Where several wait it is the last: the others have been given
   * up.
   */
  async take(): Promise<void> {
    if (this.#isTaken) {
      await new Promise<void>((resolve) => {
        this.#next = resolve;
      });
    }
    this.#isTaken = true;
  }

  /** Lets the next probe have it. */
  release(): void {
    const next = this.#next;
    this.#next = undefined;
    this.#isTaken = next !== undefined;
    next?.();
  }
}

/** The states of the targets that were probed last. */
export class TargetStates {
  readonly #states = new Map<string, TargetState>();
  readonly #maximum: number;
  readonly #onDisposeError: (error: unknown) => void;

  /** `onDisposeError` is told of a state that could not be disposed of. */
  constructor(maximum: number, onDisposeError: (error: unknown) => void) {
    this.#maximum = maximum;
    this.#onDisposeError = onDisposeError;
  }

  /**
   * The state of a target, in place of the one that was asked for longest ago if there are as many as there may be;
   * undefined if probes have them all.
   */
  of(key: string): TargetState | undefined {
    const state = this.#states.get(key) ?? (this.#makeRoom() ? new TargetState() : undefined);
    if (state === undefined) return undefined;
    this.#states.delete(key);
    this.#states.set(key, state);
    return state;
  }

  /** Disposes of all. */
  async close(): Promise<void> {
    const states = [...this.#states.values()];
    this.#states.clear();
    await Promise.all(states.map((state) => this.#dispose(state)));
  }

  #makeRoom(): boolean {
    if (this.#states.size < this.#maximum) return true;
    for (const [key, state] of this.#states) {
      if (state.isUsed) continue;
      this.#states.delete(key);
      void this.#dispose(state);
      return true;
    }
    return false;
  }

  async #dispose({ value }: TargetState): Promise<void> {
    try {
      await disposerOf(value)?.call(value);
    } catch (error) {
      this.#onDisposeError(error);
    }
  }
}

function disposerOf(state: object | undefined): (() => unknown) | undefined {
  const { [Symbol.asyncDispose]: asyncDispose, [Symbol.dispose]: dispose, close } = (state ?? {}) as Disposers;
  return [asyncDispose, dispose, close].find((each) => typeof each === "function");
}

interface Disposers {
  readonly [Symbol.asyncDispose]?: () => unknown;
  readonly [Symbol.dispose]?: () => unknown;
  readonly close?: () => unknown;
}
