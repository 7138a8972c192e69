import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url));

test("what is published starts, and has what browsers load", { timeout: 120_000 }, async () => {
  // Below this package, so that it finds its dependencies.
  const within = mkdtempSync(join(folder, "dist/packed-"));
  let child: ChildProcess | undefined;
  try {
    const packing = ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", within];
    const archive = execFileSync("npm", packing, { cwd: folder, encoding: "utf8" }).trim();
    execFileSync("tar", ["-xzf", join(within, archive), "-C", within]);

    const command = join(within, "package/bin/exporterkit.js");
    const flags = [command, "--web.listen-address=127.0.0.1:0"];
    child = spawn(process.execPath, flags, { stdio: ["ignore", "ignore", "pipe"] });
    const log: string[] = [];
    const ended = once(child, "exit");
    for await (const line of createInterface(child.stderr!)) {
      log.push(line);
      if (line.includes("msg=listening")) break;
    }
    const url = /url=(\S+)/.exec(log.at(-1) ?? "")?.[1];
    expect(url, log.join("\n")).toBeDefined();
    const page = await (await fetch(url!)).text();
    const loaded = Array.from(page.matchAll(/(?:src|href)="([^"]+\.(?:js|css|svg))"/g), ([, name]) => name!);
    expect(loaded).toHaveLength(3);
    for (const name of loaded) expect((await fetch(new URL(name, url))).status, name).toBe(200);
    child.kill();
    expect(await ended).toEqual([0, null]);
  } finally {
    child?.kill("SIGKILL");
    rmSync(within, { recursive: true });
  }
});
