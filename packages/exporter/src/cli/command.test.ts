import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { z } from "zod";
import { defineModule } from "../module.ts";
import { makeLogger } from "../make-logger.ts";
import { Command } from "./command.ts";
import type { ExporterConfig } from "./exporter-config.ts";
import { exporterkit } from "./main.ts";

const rooms = defineModule({
  name: "rooms",
  description: "Temperatures of rooms.",
  schema: z.strictObject({ names: z.array(z.string()) }),
  collectors: () => [],
  probes: ({ names }) => [{ name: "room", targets: { names }, probe() {} }],
});

const options = { name: "rooms-exporter", description: "Serves temperatures.", version: "1.0.0" };
const context = { logger: makeLogger() };

const folder = mkdtempSync(join(tmpdir(), "command-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The configuration that names these modules. */
async function read(command: Command, modules: string): Promise<ExporterConfig> {
  const file = join(folder, "config.yml");
  writeFileSync(file, `modules: ${modules}\n`);
  return (await command.read([file])).config;
}

it("has the probes of the modules that a configuration names, each made of its own", async () => {
  const none = defineModule({ name: "none", description: "None.", schema: z.strictObject({}), collectors: () => [] });
  const command = new Command({ ...options, modules: [rooms, none] });
  const config = await read(command, "{ rooms: { names: [hall] }, none: {} }");
  expect(await command.probesOf(config, context)).toMatchObject([{ name: "room", targets: { names: ["hall"] } }]);
  expect(await command.probesOf(await read(command, "{ none: {} }"), context)).toEqual([]);
});

it("says which module it is that cannot be set up", async () => {
  const fail = (): never => {
    throw new TypeError("rooms is undefined");
  };
  const command = new Command({ ...options, modules: [{ ...rooms, collectors: fail, probes: fail }] });
  const config = await read(command, "{ rooms: { names: [] } }");
  const told = expect.objectContaining({
    code: "start_failed",
    message: "Module rooms cannot be set up: rooms is undefined",
  });
  await expect(command.collectorsOf(config, context)).rejects.toThrow(told);
  await expect(command.probesOf(config, context)).rejects.toThrow(told);
});

it("loads the modules that a configuration names, each once, and takes no others' names for it", async () => {
  const load = vi.fn(() => Promise.resolve(rooms));
  const other = vi.fn(() => Promise.reject(new Error("not asked for")));
  const command = new Command({
    ...options,
    modules: [
      { name: "rooms", load },
      { name: "other", load: other },
    ],
    defaultModules: ["rooms"],
  });
  const config = await read(command, "{ rooms: { names: [hall] } }");
  expect(await command.probesOf(config, context)).toMatchObject([{ name: "room" }]);
  await expect(read(command, "{ rooms: { names: 3 } }")).rejects.toThrow("modules.rooms.names");
  await expect(read(command, "{ room: {} }")).rejects.toThrow('did you mean "rooms"');
  await expect(command.read([])).rejects.toThrow("modules.rooms.names");
  expect(load).toHaveBeenCalledTimes(1);
  expect(other).not.toHaveBeenCalled();
  await expect(read(command, "{ other: {} }")).rejects.toThrow(
    expect.objectContaining({ code: "start_failed", message: "Module other cannot be loaded: not asked for" }),
  );
});

it("says of modules that are loaded later what they say themselves", async () => {
  const command = new Command(exporterkit);
  const loaded = await command.load();
  for (const [i, said] of command.modules.entries()) {
    const module = loaded[i]!;
    expect(said).toMatchObject({ name: module.name, ...(module.flags && { flags: module.flags }) });
    if ("load" in said) expect(said.canReplay === true, said.name).toBe("replay" in module);
  }
});
