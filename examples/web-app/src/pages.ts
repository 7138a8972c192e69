import { setTimeout } from "node:timers/promises";
import { timed } from "@exporterkit/client";
import { lastResponse } from "./metrics.ts";

/** The pages of the application: nothing in them knows of metrics but the decorator. */
export class Pages {
  @timed(lastResponse)
  async hello(name = "world"): Promise<string> {
    await setTimeout(Math.random() * 300);
    return `Hello, ${name}\n`;
  }
}
