import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { defineModule } from "../module.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dashboards-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const rooms = defineModule({
  name: "rooms",
  description: "Temperatures of rooms.",
  schema: z.strictObject({}),
  collectors: () => [],
  dashboards: [{ name: "rooms", model: { title: "Rooms", panels: [] } }],
});
const command = { name: "rooms-exporter", description: "Serves temperatures.", version: "1.0.0", modules: [rooms] };

it("are written into a folder that need not be there, and are named", async () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const into = join(folder, "a", "b");
  expect(await runCommand(command, ["dashboards", into])).toBe(0);
  expect(write.mock.calls).toEqual([[`${join(into, "rooms.json")}\n`]]);
  expect(JSON.parse(readFileSync(join(into, "rooms.json"), "utf8"))).toEqual({ title: "Rooms", panels: [] });
});

it("say why they cannot be written", async () => {
  const complain = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  writeFileSync(join(folder, "file"), "");
  expect(await runCommand(command, ["dashboards", join(folder, "file")])).toBe(2);
  expect(String(complain.mock.calls[0]![0])).toMatch(/^error: Dashboards cannot be written: EEXIST/);
});
