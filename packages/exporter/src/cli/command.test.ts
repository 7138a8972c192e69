import { expect, it } from "vitest";
import { z } from "zod";
import { defineModule } from "../module.ts";
import { makeLogger } from "../make-logger.ts";
import { Command } from "./command.ts";

const rooms = defineModule({
  name: "rooms",
  description: "Temperatures of rooms.",
  schema: z.strictObject({ names: z.array(z.string()) }),
  collectors: () => [],
  probes: ({ names }) => [{ name: "room", targets: { names }, probe() {} }],
});

const options = { name: "rooms-exporter", description: "Serves temperatures.", version: "1.0.0" };
const context = { logger: makeLogger() };

it("has the probes of the modules that a configuration names, each made of its own", () => {
  const none = defineModule({ name: "none", description: "None.", schema: z.strictObject({}), collectors: () => [] });
  const command = new Command({ ...options, modules: [rooms, none] });
  const config = command.schema.parse({ modules: { rooms: { names: ["hall"] }, none: {} } });
  expect(command.probesOf(config, context)).toMatchObject([{ name: "room", targets: { names: ["hall"] } }]);
  expect(command.probesOf(command.schema.parse({ modules: { none: {} } }), context)).toEqual([]);
});

it("says which module it is that cannot be set up", () => {
  const fail = (): never => {
    throw new TypeError("rooms is undefined");
  };
  const command = new Command({ ...options, modules: [{ ...rooms, collectors: fail, probes: fail }] });
  const config = command.schema.parse({ modules: { rooms: { names: [] } } });
  const told = expect.objectContaining({
    code: "start_failed",
    message: "Module rooms cannot be set up: rooms is undefined",
  });
  expect(() => command.collectorsOf(config, context)).toThrow(told);
  expect(() => command.probesOf(config, context)).toThrow(told);
});
