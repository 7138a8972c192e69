import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasCommand } from "./debian-package.ts";

const program = fileURLToPath(new URL("workers/loaded-exporter.js", import.meta.url));
const run = promisify(execFile);

describe.skipIf(!hasCommand("wrk", "wrk"))("200 scrapers without a pause (need the Debian package wrk)", () => {
  let child: ChildProcess;
  let url: string;
  beforeEach(async () => {
    child = fork(program, { execArgv: ["--expose-gc"] });
    [{ url }] = (await once(child, "message")) as [{ url: string }];
  });
  afterEach(() => child.kill("SIGKILL"));

  async function memory(): Promise<number> {
    child.send("memory");
    const [{ bytes }] = (await once(child, "message")) as [{ bytes: number }];
    return bytes;
  }

  it("get the metrics or a 503, and leave no memory behind", { timeout: 60_000 }, async () => {
    const load = async (seconds: number): Promise<string> =>
      (
        await run("wrk", [
          "--connections=200",
          "--threads=2",
          `--duration=${seconds}s`,
          "--timeout=20s",
          `${url}metrics`,
        ])
      ).stdout;
    await load(2);
    const before = await memory();
    const report = await load(6);
    expect(report).toMatch(/^ +[1-9]\d* requests in/m);
    expect(report).not.toContain("Socket errors");
    const text = await (await fetch(`${url}metrics`)).text();
    const answers = text.matchAll(/^exporterkit_scrapes_total\{status="(\d+)"\} [^0]/gm);
    // Those that were asked for when the load ended have nobody to go to.
    const statuses = Array.from(answers, ([, status]) => status).filter((status) => status !== "499");
    expect(statuses).toEqual(["200", "503"]);
    expect(text).toContain('\nmany{i="9999"} ');
    expect((await memory()) - before).toBeLessThan(20e6);
  });
});
