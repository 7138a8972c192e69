import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { KeptFiles } from "./kept-files.ts";

function keptFiles(): KeptFiles {
  const files = new KeptFiles();
  onTestFinished(() => files.close());
  return files;
}

describe.runIf(process.platform === "linux")("files of the kernel", () => {
  it("says each time what holds now", () => {
    const files = keptFiles();
    const interrupts = (text: string): number => Number(/^intr (\d+)/m.exec(text)![1]);
    const first = files.read("/proc", "/proc/stat");
    expect(interrupts(first)).toBeGreaterThan(0);
    let later = first;
    for (let i = 0; i < 1e6 && interrupts(later) === interrupts(first); i++) later = files.read("/proc", "/proc/stat");
    expect(interrupts(later)).toBeGreaterThan(interrupts(first));
  });

  it("has the whole of a file that the kernel hands out in pieces", () => {
    const files = keptFiles();
    const lines = (text: string): string[] => text.split("\n").map((line) => line.split(" ")[0]!);
    const whole = lines(readFileSync("/proc/kallsyms", "utf8")).length;
    for (let i = 0; i < 2; i++) expect(lines(files.read("/proc", "/proc/kallsyms")).length).toBe(whole);
    // Attributes of sysfs are read at once, but not what belongs to another file system, as below /sys/fs/selinux.
    for (let i = 0; i < 2; i++) expect(lines(keptFiles().read("/sys", "/proc/kallsyms")).length).toBe(whole);
  });

  it("opens anew what has gone, and fails where it has not come back", async () => {
    const files = keptFiles();
    const child = spawn("sleep", ["1000"]);
    const path = `/proc/${child.pid}/stat`;
    expect(files.read("/proc", path)).toContain("(sleep)");
    child.kill();
    await once(child, "exit");
    for (let i = 0; i < 2; i++) expect(() => files.read("/proc", path)).toThrow(/ENOENT|ESRCH/);
  });

  it("opens anew what the kernel has taken away and made again, as a module that is loaded again does", () => {
    let isGone = false;
    const files = new KeptFiles(((...args: Parameters<typeof readSync>) => {
      if (isGone) throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
      return readSync(...args);
    }) as typeof readSync);
    onTestFinished(() => files.close());
    expect(files.read("/proc", "/proc/version")).toContain("Linux");
    isGone = true;
    expect(files.read("/proc", "/proc/version")).toContain("Linux");
    isGone = false;
    expect(files.read("/proc", "/proc/version")).toContain("Linux");
  });
});

it("keeps no other file open: another may take its name", () => {
  const folder = mkdtempSync(join(tmpdir(), "exporterkit-kept-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = keptFiles();
  const path = join(folder, "stat");
  writeFileSync(path, "before");
  expect(files.read(folder, path)).toBe("before");
  writeFileSync(`${path}.new`, "after");
  renameSync(`${path}.new`, path);
  expect(files.read(folder, path)).toBe("after");
});
