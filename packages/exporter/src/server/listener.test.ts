import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Listener, listen } from "./listener.ts";

let folder: string;
let path: string;
let listener: Listener | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exporterkit-listener-"));
  path = join(folder, "exporter.sock");
});
afterEach(() => {
  listener?.close();
  listener = undefined;
  rmSync(folder, { recursive: true });
});

async function isAnswered(): Promise<boolean> {
  const socket = connect(path);
  const [greeting] = (await once(socket, "data")) as [Buffer];
  return greeting.toString() === "hello";
}

describe("a Unix socket", () => {
  it("is there while it is listened on", async () => {
    listener = await listen({ path }, (socket) => void socket.end("hello"));
    expect(listener.address).toEqual({ path });
    expect(await isAnswered()).toBe(true);
    listener.close();
    await expect.poll(() => existsSync(path)).toBe(false);
  });

  it("that a killed process left behind is taken over", async () => {
    const program = `require("net").createServer().listen(${JSON.stringify(path)}, () => console.log("listens"))`;
    const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    expect(existsSync(path)).toBe(true);
    listener = await listen({ path }, (socket) => void socket.end("hello"));
    expect(await isAnswered()).toBe(true);
  });

  it("that somebody listens at is left alone", async () => {
    listener = await listen({ path }, (socket) => void socket.end("hello"));
    await expect(listen({ path }, () => {})).rejects.toMatchObject({
      code: "listen_failed",
      message: `Cannot listen on unix:${path}: the path is taken; stop the program that listens there, remove the file or choose another path.`,
    });
    expect(await isAnswered()).toBe(true);
  });

  it("does not take the place of a file of another kind", async () => {
    writeFileSync(path, "precious");
    await expect(listen({ path }, () => {})).rejects.toThrow("the path is taken");
    expect(existsSync(path)).toBe(true);
  });

  it("needs a folder", async () => {
    const missing = { path: join(folder, "missing", "exporter.sock") };
    await expect(listen(missing, () => {})).rejects.toThrow("choose a folder that exists");
  });
});

it("a file descriptor that is no socket is refused", async () => {
  await expect(listen({ fd: 9999 }, () => {})).rejects.toMatchObject({
    code: "listen_failed",
    message: expect.stringMatching(/^Cannot listen on fd:9999: it .*\.$/),
  });
});
