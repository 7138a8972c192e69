import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { Collector } from "../scrape/collector.ts";
import { tryCollectors } from "./try.ts";

const folder = mkdtempSync(join(tmpdir(), "try-"));
afterAll(() => rmSync(folder, { recursive: true }));
const command = fileURLToPath(new URL("../../bin/exporterkit.js", import.meta.url));

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "try", ...args], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return { code: status, out: stdout, err: stderr };
}

describe("exporterkit try", () => {
  it("prints the metrics of this host and how each collector fared", () => {
    const { code, out, err } = run();
    expect(out).toMatch(/^METRIC +LABELS +VALUE\n/);
    expect(out).toMatch(/^system_usage +resource_type="Memory" +[\d.]+$/m);
    expect(out).toMatch(/^node_boot_time_seconds +\d+$/m);
    expect(out).toMatch(/\n\nCOLLECTOR +TOOK +RESULT\n/);
    expect(out).toMatch(/^system_usage +\d+\.\d m?s +ok, 2 samples$/m);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it("runs the modules that a file names", () => {
    const file = join(folder, "none.yml");
    writeFileSync(file, "modules: {}\n");
    expect(run(file)).toEqual({
      code: 0,
      out: "METRIC  LABELS  VALUE\n\nCOLLECTOR  TOOK  RESULT\n",
      err: "",
    });
  });

  it("exits with 2 for a wrong file and a wrong timeout", () => {
    const file = join(folder, "bad.yml");
    writeFileSync(file, "module: {}\n");
    expect(run(file)).toEqual({
      code: 2,
      out: "",
      err: `${file}:1:1: unknown key "module"; did you mean "modules"?\n`,
    });
    const { code, err } = run("--timeout=soon");
    expect(err).toBe('error: Timeout "soon" is malformed: write a duration such as 30s, 1m30s or 500ms.\n');
    expect(code).toBe(2);
  });
});

/** A terminal that keeps what it is told. */
function terminal(isTTY: boolean): {
  isTTY: boolean;
  columns: number;
  written: string[];
  write: (text: string) => void;
} {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text) => void written.push(text) };
}

const good: Collector = {
  name: "good",
  collect(scrape) {
    scrape
      .gauge({ name: "room_celsius", help: "Temperature.", labelNames: ["room"] })
      .set({ room: 'a "b"\n\u001B[2J' }, 20.5);
  },
};
const throwing: Collector = {
  name: "throwing",
  collect() {
    throw new Error("no such\u001B[31m room\nat all");
  },
};
const unstartable: Collector = {
  name: "unstartable",
  start: () => Promise.reject(new Error("cannot start")),
  collect() {},
};
const hanging: Collector = { name: "hanging", collect: () => new Promise(() => {}) };

describe("a collector in a try", () => {
  it("that fails or hangs takes nothing from the others, and nothing it says reaches the terminal raw", async () => {
    const { code, text } = await tryCollectors([good, throwing, unstartable, hanging], 0.05, terminal(false));
    expect(text.replaceAll(/\d+\.\d ms +/g, "T  ").replaceAll(/  +/g, "  ")).toBe(
      [
        "METRIC  LABELS  VALUE",
        String.raw`room_celsius  room="a \"b\"\n\u001b[2J"  20.5`,
        "",
        "COLLECTOR  TOOK  RESULT",
        "good  T  ok, 1 sample",
        "throwing  T  failed: no such�[31m room at all",
        "unstartable  T  failed: cannot start",
        "hanging  T  failed: not done within 0.05 s",
        "",
      ].join("\n"),
    );
    expect(code).toBe(0);
  });

  it("is stopped though it failed, has no more than its own time, and clashes with another as in a scrape", async () => {
    const stopped = vi.fn();
    const clashing: Collector = {
      name: "clashing",
      collect: (scrape) => void scrape.counter({ name: "room_celsius", help: "Temperature." }),
    };
    const collectors = [{ ...throwing, stop: stopped }, { ...hanging, timeoutSeconds: 0.01 }, good, clashing];
    const { text } = await tryCollectors(collectors, 30, terminal(false));
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(text).toMatch(/^hanging .*failed: not done within its 0\.01 s$/m);
    expect(text).toMatch(/^good .*ok, 1 sample$/m);
    expect(text).toMatch(/^clashing .*failed: room_celsius: its type is counter, but gauge in another collector/m);
    const partly: Collector = {
      name: "partly",
      givesWay: true,
      async collect(scrape) {
        scrape.gauge({ name: "other", help: "Stays." }).set(2);
        await clashing.collect(scrape);
      },
    };
    const { text: rest } = await tryCollectors([partly, good], 30, terminal(false));
    expect(rest).toMatch(/^other +2$/m);
    expect(rest).toMatch(/^good .*ok, 1 sample$/m);
    expect(rest).toMatch(
      /^partly .*1 sample, failed: room_celsius: its type is counter, but gauge in another collector/m,
    );
    await expect(tryCollectors([good, good], 1, terminal(true))).rejects.toThrow('Two collectors are called "good"');
  });

  it("is a failure of the try where all of them fail", async () => {
    expect(await tryCollectors([throwing, unstartable], 1, terminal(false))).toMatchObject({ code: 1 });
  });

  it("is shown on a terminal while it is waited for, and nowhere else", async () => {
    const shown = terminal(true);
    await tryCollectors([good, hanging], 0.05, shown);
    expect(shown.written.join("")).toContain("collected 1 of 2, 0.0 s, waiting for hanging");
    expect(shown.written.at(-1)).toBe("\r\u001B[K");
    const piped = terminal(false);
    await tryCollectors([good, hanging], 0.05, piped);
    expect(piped.written).toEqual([]);
  });
});
