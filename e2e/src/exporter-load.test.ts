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

  /** The metrics, once there is a place for another scrape. */
  async function scrape(): Promise<string> {
    let response!: Response;
    await expect.poll(async () => (response = await fetch(`${url}metrics`)).status).toBe(200);
    return await response.text();
  }

  /** The statuses of answers; those that were asked for when the load ended have nobody to go to. */
  function statusesOf(text: string): (string | undefined)[] {
    const answers = text.matchAll(/^exporterkit_scrapes_total\{status="(\d+)"\} [^0]/gm);
    return Array.from(answers, ([, status]) => status).filter((status) => status !== "499");
  }

  /** Whether some got the metrics and others did not, by what wrk says. */
  function hasBoth(report: string): boolean {
    const [answered, refused] = [/^ +(\d+) requests in/m, /^ +Non-2xx or 3xx responses: (\d+)/m].map((each) =>
      Number(each.exec(report)?.[1] ?? 0),
    );
    return refused! > 0 && answered! > refused!;
  }

  it("get the metrics or a 503, and leave no memory behind", { timeout: 180_000 }, async () => {
    const load = async (seconds: number): Promise<string> =>
      (
        await run("wrk", [
          "--connections=200",
          "--threads=2",
          `--duration=${seconds}s`,
          "--timeout=60s",
          `${url}metrics`,
        ])
      ).stdout;
    await load(2);
    const before = await memory();
    let seconds = 6;
    let report = await load(seconds);
    // Where others have the cores, it takes longer until some have the metrics, and others a 503.
    while (!hasBoth(report) && seconds < 48) report = await load((seconds *= 2));
    expect(hasBoth(report), report).toBe(true);
    expect(report).not.toContain("Socket errors");
    const text = await scrape();
    expect(statusesOf(text)).toEqual(["200", "503"]);
    expect(text).toContain('\nmany{i="9999"} ');
    // What is made for scrapers that have gone is let go of in a while.
    await expect.poll(async () => (await memory()) - before).toBeLessThan(20e6);
  });
});
