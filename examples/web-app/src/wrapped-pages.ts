import { setTimeout } from "node:timers/promises";
import { lastResponse } from "./metrics.ts";

/** The same page as a function, which a wrapper measures. */
export const hello: (name?: string) => Promise<string> = measured(async (name = "world") => {
  await setTimeout(Math.random() * 300);
  return `Hello, ${name}\n`;
});

/** A function that does what `page` does, and sets the gauge to the time it took. */
function measured<Args extends readonly unknown[]>(
  page: (...args: Args) => Promise<string>,
): (...args: Args) => Promise<string> {
  return (...args) => lastResponse.time(() => page(...args));
}
