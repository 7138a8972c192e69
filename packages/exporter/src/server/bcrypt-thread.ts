import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

// As text, so that it runs wherever this file does, also compiled or bundled.
const program = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { compareSync } = require(workerData);
  parentPort.on("message", ({ password, hash }) => parentPort.postMessage(compareSync(password, hash)));
`;

/** How long the thread is kept for the next comparison. */
const idleSeconds = 60;

interface Comparison {
  readonly password: string;
  readonly hash: string;
  readonly resolve: (isEqual: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Compares passwords with bcrypt hashes, one after the other, on a thread of its own: a comparison takes some 100 ms, in
 * which nothing else would be served. The thread runs while there is something to compare, and a minute longer.
 */
export class BcryptThread {
  readonly #queue: Comparison[] = [];
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** Resolves to whether `hash` was made of `password`. Rejects if the thread ends meanwhile. */
  compare(password: string, hash: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ password, hash, resolve, reject });
      if (this.#queue.length === 1) this.#next();
    });
  }

  /** Ends the thread; what it has not compared yet is rejected. */
  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#end(new Error("the server has stopped"));
    await worker?.terminate();
  }

  #end(error: unknown): void {
    this.#worker = undefined;
    for (const { reject } of this.#queue.splice(0)) reject(error);
  }

  #next(): void {
    clearTimeout(this.#idle);
    const [first] = this.#queue;
    if (first === undefined) {
      this.#idle = setTimeout(() => void this.stop(), idleSeconds * 1000).unref();
      return;
    }
    this.#worker ??= this.#start();
    this.#worker.postMessage({ password: first.password, hash: first.hash });
  }

  #start(): Worker {
    const worker = new Worker(program, {
      eval: true,
      workerData: createRequire(import.meta.url).resolve("bcryptjs"),
      resourceLimits: { maxOldGenerationSizeMb: 32 },
      // The options of a program, such as one that prints a profile at its end, are not for its threads.
      execArgv: [],
      env: {},
    });
    worker.unref();
    worker.on("message", (isEqual: boolean) => {
      if (this.#worker !== worker) return;
      this.#queue.shift()?.resolve(isEqual);
      this.#next();
    });
    const end = (error: unknown): void => {
      if (this.#worker === worker) this.#end(error);
    };
    worker.once("error", end);
    worker.once("exit", () => end(new Error("the thread that compares passwords has ended")));
    return worker;
  }
}
