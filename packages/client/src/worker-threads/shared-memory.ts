import { Sheet, type SheetSize } from "./sheet.ts";

/** The memory in which a thread shares its metrics: it hands out sheets within a limit. */
export class SharedMemory {
  readonly #maxBytes: number;
  readonly #onError: (error: Error) => void;
  #bytes = 0;
  #isReported = false;

  /** `onError` is told, once, when there is not enough. */
  constructor(maxBytes: number, onError: (error: Error) => void) {
    this.#maxBytes = maxBytes;
    this.#onError = onError;
  }

  /** A sheet for a metric in place of another; undefined where there is not enough memory. */
  sheet(metricName: string, size: SheetSize, instead?: Sheet): Sheet | undefined {
    const bytes = this.#bytes + Sheet.bytes(size) - (instead === undefined ? 0 : Sheet.bytes(instead));
    let reason = `it would take more than maxBytes ${this.#maxBytes} allows`;
    if (bytes <= this.#maxBytes) {
      try {
        const sheet = Sheet.create(size);
        this.#bytes = bytes;
        return sheet;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    if (!this.#isReported) {
      this.#isReported = true;
      const what = "what the metric counts from now on is not shared, nor what others do that need more memory";
      this.#onError(new Error(`${metricName}: no more shared memory, ${reason}; ${what}.`));
    }
    return undefined;
  }

  /** A sheet is no longer in use. */
  release(sheet: Sheet): void {
    this.#bytes -= Sheet.bytes(sheet);
  }
}
