import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { EvaluationJob, EvaluationResult } from "./evaluation-job.ts";

/** Limits of a process that evaluates. */
export interface EvaluationLimits {
  /** How long a job may take. */
  readonly seconds: number;
  /** How large its heap may become. */
  readonly heapBytes: number;
}

interface Question {
  readonly job: EvaluationJob;
  readonly resolve: (result: EvaluationResult) => void;
  readonly reject: (error: Error) => void;
}

/** How long the process is kept for the next job. */
const idleSeconds = 300;

/** How long it may take to start. */
const startSeconds = 20;

/** A job was not done in time, or used more memory than it may: it would again. */
export class EvaluationKilled extends Error {}

/**
 * Evaluates jobs, one after the other, in a process of its own. What strangers send may keep an expression busy for ever, in a
 * regular expression where nothing looks at the clock, or fill the memory, at which Node.js ends a whole process even
 * where it is a thread that asks for more. A process can be killed. It runs while there are jobs, and some minutes longer.
 */
export class EvaluationProcess {
  readonly #limits: EvaluationLimits;
  readonly #queue: Question[] = [];
  #child: ChildProcess | undefined;
  #isReady = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: EvaluationLimits) {
    this.#limits = limits;
  }

  /**
   * Resolves to what the job comes to. Rejects with {@link EvaluationKilled} if it passes a limit, and with the signal's reason
   * where that aborts.
   */
  async evaluate(job: EvaluationJob, signal: AbortSignal): Promise<EvaluationResult> {
    signal.throwIfAborted();
    let question!: Question;
    const result = new Promise<EvaluationResult>((resolve, reject) => {
      question = { job, resolve, reject };
    });
    const giveUp = (): void => {
      const index = this.#queue.indexOf(question);
      // The first is running, and ends soon.
      if (index > 0) this.#queue.splice(index, 1);
      question.reject(signal.reason as Error);
    };
    signal.addEventListener("abort", giveUp);
    this.#queue.push(question);
    if (this.#queue.length === 1) this.#next();
    try {
      return await result;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Ends the process once there is no more to evaluate. */
  stop(): void {
    this.#isStopped = true;
    if (this.#queue.length === 0) this.#kill();
  }

  #next(): void {
    clearTimeout(this.#timer);
    const [first] = this.#queue;
    if (first === undefined) {
      if (this.#isStopped) this.#kill();
      else this.#timer = setTimeout(() => this.#kill(), idleSeconds * 1000).unref();
      return;
    }
    try {
      this.#child ??= this.#start();
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (!this.#isReady) {
      this.#limit(startSeconds, new Error(`the process that evaluates did not start within ${startSeconds} s`));
      return;
    }
    const { seconds } = this.#limits;
    const remedy = "change what takes long, or set evaluation.timeout";
    this.#limit(seconds, new EvaluationKilled(`the expressions took longer than ${seconds} s; ${remedy}`));
    this.#child.send(first.job);
  }

  /** Has the first job fail after some time. */
  #limit(seconds: number, error: Error): void {
    this.#timer = setTimeout(() => {
      this.#kill();
      this.#fail(error);
    }, seconds * 1000);
  }

  #start(): ChildProcess {
    const program = join(dirname(createRequire(import.meta.url).resolve("exporterkit/package.json")), programPath);
    const child = fork(program, [], {
      // Of the environment it needs nothing, and options of Node.js there may not be meant for it.
      env: {},
      execArgv: [`--max-old-space-size=${Math.ceil(this.#limits.heapBytes / 2 ** 20)}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const killAtExit = (): void => void child.kill("SIGKILL");
    process.on("exit", killAtExit);
    child.on("message", (message: "ready" | EvaluationResult) => {
      if (this.#child !== child) return;
      if (message === "ready") this.#isReady = true;
      else this.#queue.shift()?.resolve(message);
      this.#next();
    });
    child.on("error", (error) => this.#ended(child, error));
    child.on("exit", (code, signal) => {
      process.removeListener("exit", killAtExit);
      const { heapBytes } = this.#limits;
      // V8 aborts where the memory is used up.
      const isFull = signal === "SIGABRT" || signal === "SIGTRAP" || signal === "SIGILL" || code === 134;
      const size = `${Math.ceil(heapBytes / 2 ** 20)} MiB`;
      const full = `the expressions took more memory than ${size}; change what takes much, or set evaluation.max_memory`;
      this.#ended(
        child,
        isFull ? new EvaluationKilled(full) : new Error(`the process that evaluates ended with ${signal ?? code}`),
      );
    });
    // It does not keep this process from ending.
    child.unref();
    child.channel?.unref();
    return child;
  }

  #ended(child: ChildProcess, error: Error): void {
    if (this.#child !== child) return;
    this.#kill();
    this.#fail(error);
  }

  #fail(error: Error): void {
    this.#queue.shift()?.reject(error);
    this.#next();
  }

  #kill(): void {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    this.#isReady = false;
    child?.kill("SIGKILL");
  }
}

const programPath = "dist/modules/json/evaluation-program.js";
