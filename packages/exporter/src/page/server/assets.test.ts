import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, it, vi } from "vitest";
import { findAssets } from "./assets.ts";

vi.mock(import("node:fs/promises"), async (original) => {
  const actual = await original();
  return { ...actual, readFile: vi.fn(actual.readFile) as typeof actual.readFile };
});

it("what could not be read is read anew by who asks next", async () => {
  const { script, routes } = await findAssets();
  const { respond } = routes.get(script)!;
  const ask = (): unknown => respond({ headers: {} } as IncomingMessage, {} as ServerResponse);
  vi.mocked(readFile).mockRejectedValueOnce(new Error("EMFILE: too many open files"));
  await expect(ask()).rejects.toThrow("EMFILE");
  expect(await ask()).toMatchObject({ contentType: "text/javascript; charset=utf-8" });
});
