import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineModule } from "../module.ts";
import { Command } from "./command.ts";

const queue = defineModule({
  name: "queue",
  description: "Jobs that wait.",
  schema: z.strictObject({ size: z.enum(["small", "large"]).default("small") }),
  flags: {
    list: [{ name: "queue.size", description: "how large it is", kind: "value" }],
    apply: (written, given) => ({ ...(written as object), size: given.get("queue.size") }),
  },
  collectors: () => [],
});
const command = new Command({
  name: "queue-exporter",
  description: "",
  version: "1",
  modules: [queue],
  defaultModules: ["queue"],
});
const flags = (size: string): Map<string, Map<string, string>> => new Map([["queue", new Map([["queue.size", size]])]]);

describe("a module's flags", () => {
  it("stand in place of what the defaults say", async () => {
    const { config } = await command.read([], flags("large"));
    expect(config.modules).toEqual({ queue: { size: "large" } });
    expect((await command.read([])).config.modules).toEqual({ queue: { size: "small" } });
  });

  it("are refused in a sentence where the module does not take them", async () => {
    await expect(command.read([], flags("huge"))).rejects.toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        message: expect.stringMatching(/^--queue\.size: /) as string,
      }),
    );
  });
});
