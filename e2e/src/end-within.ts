import type { Child } from "./child.ts";

/** Ends a program by SIGTERM, or by SIGKILL where it takes longer than `seconds`. */
export async function endWithin(child: Child, seconds: number, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  const timer = setTimeout(() => void child.stop("SIGKILL"), seconds * 1000);
  await child.stop(signal);
  clearTimeout(timer);
}
