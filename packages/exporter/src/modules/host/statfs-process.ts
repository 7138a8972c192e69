import { type ChildProcess, spawn } from "node:child_process";

/** What statfs tells of a file system, in blocks of `bsize` bytes. */
export interface FilesystemUsage {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** Asks a file system how full it is. Rejects with what the system says against it, such as `EACCES`. */
export type Statfs = (path: string) => Promise<FilesystemUsage>;

/** How many file systems can hang before one that does not cannot be asked either. */
const threads = 32;

// As text, so that it runs wherever this file does, also compiled or bundled. It ends by a signal to itself: a process that
// exits waits for its threads, and the ones that hang would keep it.
const program = `
  const { statfs } = require("node:fs");
  process.on("message", ({ id, path }) => {
    statfs(path, (error, usage) => {
      if (process.connected) process.send(error ? { id, error: error.code ?? error.message } : { id, usage: { ...usage } });
    });
  });
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
`;

interface Question {
  readonly resolve: (usage: FilesystemUsage) => void;
  readonly reject: (error: Error) => void;
}

type Answer = { readonly id: number } & ({ readonly error: string } | { readonly usage: FilesystemUsage });

/**
 * Asks file systems how full they are in a process of its own, since the system call does not return while a server does
 * not answer: a thread that waits for it can be ended by nothing, takes a place among the four that all work with files
 * shares, and keeps its process from exiting. A process can be killed. It is started by the first question.
 */
export class StatfsProcess {
  readonly #questions = new Map<number, Question>();
  #child: ChildProcess | undefined;
  #lastId = 0;

  /** Whether so many hang that one more question would wait for them. */
  get isFull(): boolean {
    return this.#questions.size >= threads;
  }

  /** Resolves when the file system answers, however long that takes. Rejects if the process ends before. */
  ask(path: string): Promise<FilesystemUsage> {
    return new Promise((resolve, reject) => {
      const child = (this.#child ??= this.#start());
      const id = ++this.#lastId;
      this.#questions.set(id, { resolve, reject });
      child.send({ id, path }, (error) => {
        if (error !== null) this.#take(id)?.reject(error);
      });
    });
  }

  /** Ends the process; what has not been answered is rejected. The next question starts another. */
  stop(): void {
    this.#child?.kill("SIGKILL");
    this.#ended("the collector has stopped");
  }

  #start(): ChildProcess {
    // Of the environment it needs nothing, and options of Node.js there may not be meant for it.
    const child = spawn(process.execPath, ["--max-semi-space-size=1", "-e", program], {
      env: { UV_THREADPOOL_SIZE: String(threads) },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.on("message", (answer: Answer) => {
      const question = this.#take(answer.id);
      if ("usage" in answer) question?.resolve(answer.usage);
      else question?.reject(new Error(answer.error));
    });
    const ended = (why: string): void => {
      if (this.#child === child) this.#ended(why);
    };
    child.on("error", (error) => ended(error.message));
    child.on("exit", (code, signal) => ended(`the process that asks file systems ended with ${signal ?? code}`));
    // It does not keep this process from ending, and ends with it.
    child.unref();
    child.channel?.unref();
    return child;
  }

  #take(id: number): Question | undefined {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    return question;
  }

  #ended(why: string): void {
    this.#child = undefined;
    const waiting = [...this.#questions.values()];
    this.#questions.clear();
    for (const { reject } of waiting) reject(new Error(why));
  }
}
