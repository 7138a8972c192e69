import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineModule } from "../module.ts";
import { hostModule } from "../modules/host/module.ts";
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
const description = { name: "queue-exporter", description: "", version: "1" };
const command = new Command({
  ...description,
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

  it("are named in the error by which they are refused, and no others", async () => {
    const refused = async (given: Record<string, string>): Promise<string> => {
      const host = new Command({ ...description, modules: [hostModule], defaultModules: ["host"] });
      const error = await host.read([], new Map([["host", new Map(Object.entries(given))]])).catch((thrown) => thrown);
      return (error as Error).message;
    };
    const others = { "collector.arp.device-exclude": "a", "collector.vmstat.fields": "b" };
    expect(await refused({ ...others, "collector.netdev.device-exclude": "(" })).toMatch(
      /^--collector\.netdev\.device-exclude: is no regular expression/,
    );
    const both = { "collector.netdev.device-exclude": "a", "collector.netdev.device-include": "b" };
    expect(await refused({ ...others, ...both })).toMatch(
      /^--collector\.netdev\.device-exclude, --collector\.netdev\.device-include: .* rule each other out/,
    );
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
