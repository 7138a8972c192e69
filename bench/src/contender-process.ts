import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Contender } from "./contenders.ts";
import type { Answer, Work } from "./work.ts";

/** A process that does one work of one contender; see {@link Answer} for what is said. */
export interface ContenderProcess {
  /** Does the work that often. Rejects if the process fails or says nothing for two minutes; it is of no use then. */
  ask(times: number | string): Promise<Answer>;
  stop(): Promise<void>;
}

const patienceMilliseconds = 120_000;

/** Starts a contender for a work, and returns once it is ready. Rejects if it cannot do the work. */
export async function startContender(contender: Contender, work: Work): Promise<ContenderProcess> {
  return await startProcess([...contender.command, JSON.stringify(work)]);
}

/** The line of a crash's output that says what was wrong. */
function errorIn(output: string): string | undefined {
  const lines = output.split("\n");
  return (
    lines.find((line) => /^(\w*Error|panic|fatal)\b.*: /.test(line)) ?? lines.findLast((line) => line.trim() !== "")
  );
}

/** Starts a process that speaks the protocol, and returns once it is ready. */
export async function startProcess([program, ...args]: readonly string[]): Promise<ContenderProcess> {
  const child = spawn(program!, args, { stdio: ["pipe", "pipe", "pipe"] });
  const exited = once(child, "exit").catch((error: unknown) => [error]);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint = (complaint + text).slice(-2000)));
  // Where a process ends early, its output ends, and that is what is reported.
  child.stdin.on("error", () => {});

  const answer = async (): Promise<Answer> => {
    const overdue = setTimeout(() => child.kill("SIGKILL"), patienceMilliseconds);
    const { done, value } = await lines.next();
    clearTimeout(overdue);
    if (done) throw new Error(errorIn(complaint) ?? `it ended: ${(await exited).join(" ")}`);
    const answered = JSON.parse(value) as Answer;
    if (answered.error !== undefined) throw new Error(answered.error);
    return answered;
  };
  const stop = async (): Promise<void> => {
    child.stdin.end();
    const overdue = setTimeout(() => child.kill("SIGKILL"), 2000);
    await exited;
    clearTimeout(overdue);
  };
  try {
    await answer();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async ask(times) {
      child.stdin.write(`${times}\n`);
      return await answer();
    },
    stop,
  };
}
