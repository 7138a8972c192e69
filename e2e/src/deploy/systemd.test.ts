import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "../debian-package.ts";

const units = fileURLToPath(new URL("../../../deploy/systemd/", import.meta.url));

describe.skipIf(!hasCommand("systemd-analyze", "systemd"))("deploy/systemd (needs the Debian package systemd)", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporterkit-systemd-"));
    for (const name of ["exporterkit.service", "exporterkit.socket"]) {
      const text = await readFile(join(units, name), "utf8");
      // A program that is here.
      await writeFile(join(folder, name), text.replace("/opt/exporterkit/bin/exporterkit", process.execPath));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const analyze = (...args: string[]): Promise<{ code: number; output: string }> =>
    new Promise((resolve) => {
      execFile("systemd-analyze", args, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
      });
    });

  it("is what systemd understands", async () => {
    const files = ["exporterkit.service", "exporterkit.socket"].map((name) => join(folder, name));
    const { code, output } = await analyze("verify", "--man=no", ...files);
    expect(output.split("\n").filter((line) => line.includes("exporterkit"))).toEqual([]);
    expect(code).toBe(0);
  });

  it("lets the kernel be asked for the addresses of network devices", async () => {
    const unit = await readFile(join(folder, "exporterkit.service"), "utf8");
    expect(/^RestrictAddressFamilies=(.*)$/m.exec(unit)?.[1]?.split(" ")).toContain("AF_NETLINK");
  });

  it("lets its user, who owns no file, read the configuration", async () => {
    const unit = await readFile(join(folder, "exporterkit.service"), "utf8");
    expect(unit).toMatch(/^DynamicUser=yes$/m);
    const [, mode = "0755"] = /^ConfigurationDirectoryMode=(\d+)$/m.exec(unit) ?? [];
    expect(Number.parseInt(mode, 8) & 0o005).toBe(0o005);
  });

  it("leaves an attacker little", async () => {
    const { code, output } = await analyze(
      "security",
      "--offline=true",
      "--threshold=20",
      join(folder, "exporterkit.service"),
    );
    expect(output).toMatch(/Overall exposure level for exporterkit\.service: 1\.\d OK/);
    expect(code).toBe(0);
  });
});
