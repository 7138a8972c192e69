import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { readSamples } from "@exporterkit/client/testing";
import { expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../../logger.ts";
import { collectOnce, startCollector } from "../../testing/index.ts";
import { filesystemCollector, filesystemOptions } from "./filesystem.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";
import type { HostPaths } from "./host-paths.ts";
import type { FilesystemUsage } from "./statfs-process.ts";

const usage: FilesystemUsage = { bsize: 4096, blocks: 1000, bfree: 300, bavail: 200, files: 50, ffree: 40 };

/** Stands in for the process that asks; what `ask` says of a path below the root. */
function asking(rootfs: string, ask: (path: string) => Promise<FilesystemUsage>) {
  const asked: string[] = [];
  return {
    asked,
    isFull: false,
    ask(path: string) {
      const mountpoint = path.slice(rootfs.length) || "/";
      asked.push(mountpoint);
      return ask(mountpoint);
    },
    stop() {},
  };
}

/** The mount points that are told of, with their device and error. */
async function mountsOf(mountinfo: string, options = {}): Promise<string[]> {
  const paths = fixtureHost({ "proc/1/mountinfo": mountinfo });
  const patient = asking(paths.rootfs, () => Promise.resolve(usage));
  const registry = await collectOnce(filesystemCollector(paths, options, silentLogger, patient));
  const samples = await readSamples(registry, "node_filesystem_device_error");
  return samples.map(({ labels }) => `${labels["device"]} ${labels["mountpoint"]} ${labels["fstype"]}`);
}

it("tells sizes in bytes, read-only mounts and the numbers of devices", async () => {
  const paths = fixtureHost({
    "proc/1/mountinfo": `21 1 0:40 / /data rw,noatime shared:1 - nfs4 server:/export rw,vers=4.2
22 1 0:41 / /media ro,noatime - zfs pool/media rw
23 1 0:42 / /old rw - btrfs /dev/sdb ro,space_cache
`,
  });
  const patient = asking(paths.rootfs, () => Promise.resolve(usage));
  const text = await (await collectOnce(filesystemCollector(paths, {}, silentLogger, patient))).metrics();
  const labels = '{device="server:/export",mountpoint="/data",fstype="nfs4",device_error=""}';
  for (const line of [
    `node_filesystem_size_bytes${labels} 4096000`,
    `node_filesystem_free_bytes${labels} 1228800`,
    `node_filesystem_avail_bytes${labels} 819200`,
    `node_filesystem_files${labels} 50`,
    `node_filesystem_files_free${labels} 40`,
    `node_filesystem_readonly${labels} 0`,
    `node_filesystem_device_error${labels} 0`,
    'node_filesystem_readonly{device="pool/media",mountpoint="/media",fstype="zfs",device_error=""} 1',
    'node_filesystem_readonly{device="/dev/sdb",mountpoint="/old",fstype="btrfs",device_error=""} 1',
    'node_filesystem_mount_info{device="server:/export",major="0",minor="40",mountpoint="/data"} 1',
  ]) {
    expect(text).toContain(`\n${line}\n`);
  }
});

it("reads mount points with spaces, tabs, backslashes and letters of any script", async () => {
  const mountinfo = String.raw`1 0 0:1 / /mnt/a\040b\011c\134d rw - nfs srv:/a\040b rw
2 0 0:2 / /mnt/Münze\040数据 rw master:2 propagate_from:1 - fuse.sshfs me@host: rw
3 0 0:3 / /mnt/no-source rw -  nfs
garbage
4 0 x:y / /mnt/z rw - nfs z rw
5 0 0:5 / /mnt/cut rw`;
  expect(await mountsOf(mountinfo)).toEqual(["srv:/a b /mnt/a b\tc\\d nfs", "me@host: /mnt/Münze 数据 fuse.sshfs"]);
});

it("tells of mounts whose options have spaces, as WSL's have", async () => {
  const mountinfo = String.raw`1 0 0:1 / /mnt/c rw,noatime - 9p C:\134 ro,aname=drvfs;path=C:\Program Files\Docker;uid=0,mmap`;
  expect(await mountsOf(mountinfo)).toEqual([String.raw`C:\ /mnt/c 9p`]);
});

it("leaves out what node_exporter leaves out, unless told otherwise", async () => {
  const mountinfo = [
    ["/", "overlay"],
    ["/proc", "proc"],
    ["/dev/shm", "zfs"],
    ["/devices", "zfs"],
    ["/var/lib/docker/x/merged", "zfs"],
    ["/run/credentials/a.service", "zfs"],
    ["/snap/core", "squashfs"],
    ["/net", "autofs"],
    ["/data", "nfs"],
  ]
    .map(([mountpoint, type], i) => `${i} 0 0:${i} / ${mountpoint} rw - ${type} dev rw`)
    .join("\n");
  expect(await mountsOf(mountinfo)).toEqual(["dev /devices zfs", "dev /data nfs"]);
  const only = filesystemOptions.parse({ "fs-types-include": "^squashfs$" });
  expect(await mountsOf(mountinfo, only)).toEqual(["dev /snap/core squashfs"]);
  const but = filesystemOptions.parse({ "mount-points-exclude": "^/d" });
  expect(await mountsOf(mountinfo, but)).toContain("dev /run/credentials/a.service zfs");
  expect(filesystemOptions.safeParse({ "fs-types-include": "a", "fs-types-exclude": "b" }).success).toBe(false);
  const all = filesystemOptions.parse({ "mount-points-exclude": "", "fs-types-exclude": "", "fs-types-include": "" });
  expect(await mountsOf(mountinfo, all)).toHaveLength(9);
});

it("tells of a device once where it is mounted twice at one point, and of every point where it is bound", async () => {
  const mountinfo = `1 0 0:1 / /a rw - nfs s:/x rw
2 1 0:1 / /a ro - nfs s:/x rw
3 0 0:1 /sub /b rw - nfs s:/x rw
`;
  expect(await mountsOf(mountinfo)).toEqual(["s:/x /a nfs", "s:/x /b nfs"]);
});

it("takes the root of the host off its mount points, and asks below it", async () => {
  const made = fixtureHost({});
  const { rootfs, procfs } = made;
  mkdirSync(join(procfs, "self"), { recursive: true });
  // Without that of the first process, as where hidepid hides it.
  await writeFile(
    join(procfs, "self/mountinfo"),
    ["", "/home", "2"].map((path, i) => `${i} 0 0:${i} / ${rootfs}${path} rw - zfs z${i} rw\n`).join(""),
  );
  const patient = asking(rootfs, () => Promise.resolve(usage));
  const registry = await collectOnce(filesystemCollector(made, {}, silentLogger, patient));
  const samples = await readSamples(registry, "node_filesystem_files");
  expect(samples.map(({ labels }) => labels["mountpoint"])).toEqual(["/", "/home", `${rootfs}2`]);
  expect(patient.asked.slice(0, 2)).toEqual(["/", "/home"]);
});

it("reports a mount that hangs, does not ask it again, and tells of it when it answers", async () => {
  const paths = fixtureHost({
    "proc/1/mountinfo": "1 0 0:1 / /good rw - nfs s:/g rw\n2 0 0:2 / /hung rw - nfs s:/h rw\n",
  });
  let answer: ((usage: FilesystemUsage) => void) | undefined;
  const patient = asking(paths.rootfs, (mountpoint) =>
    mountpoint === "/hung" ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(usage),
  );
  const options = filesystemOptions.parse({ "mount-timeout": "20ms" });
  const collector = await startCollector(filesystemCollector(paths, options, silentLogger, patient));
  const hung = 'node_filesystem_device_error{device="s:/h",mountpoint="/hung",fstype="nfs"';
  for (let scrapes = 0; scrapes < 3; scrapes++) {
    const text = await (await collector.scrape()).metrics();
    expect(text).toContain(`${hung},device_error="mountpoint timeout"} 1\n`);
    expect(text).toContain('node_filesystem_files{device="s:/g",mountpoint="/good",fstype="nfs",device_error=""} 50\n');
    expect(text).not.toMatch(/^node_filesystem_files\{.*hung/m);
  }
  expect(patient.asked.filter((mountpoint) => mountpoint === "/hung")).toHaveLength(1);
  answer?.(usage);
  await new Promise(setImmediate);
  const asked = collector.scrape();
  answer?.(usage);
  expect(await (await asked).metrics()).toContain(`${hung},device_error=""} 0\n`);
});

it("names the error of a mount that refuses, in node_exporter's words", async () => {
  const paths = fixtureHost({
    "proc/1/mountinfo": "1 0 0:1 / /gone rw - ext4 /dev/sda1 rw\n2 0 0:2 / /away rw - nfs s:/ rw\n",
  });
  const patient = asking(paths.rootfs, () => Promise.reject(Object.assign(new Error("no"), { code: "ESTALE" })));
  const text = await (await collectOnce(filesystemCollector(paths, {}, silentLogger, patient))).metrics();
  expect(text).toContain('mountpoint="/gone",fstype="ext4",device_error="no such file or directory"} 1\n');
  expect(text).toContain('mountpoint="/away",fstype="nfs",device_error="stale NFS file handle"} 1\n');
});

interface HangingMount {
  readonly mountpoint: string;
  readonly daemon: ChildProcess;
  readonly paths: HostPaths;
}

/**
 * Mounts a FUSE file system whose daemon never says a word, in a mount namespace of its own: whoever else runs on this
 * machine would hang there, too. Undefined where that is not allowed.
 */
async function hangingMount(): Promise<HangingMount | undefined> {
  if (!existsSync("/dev/fuse") || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "exporterkit-hung-"));
  const mountpoint = join(folder, "mount");
  mkdirSync(mountpoint);
  const stdio: StdioOptions = ["pipe", "pipe", "ignore"];
  const isUp = (child: ChildProcess, ended: Promise<unknown>): Promise<boolean> =>
    Promise.race([once(child.stdout!, "data").then(() => true), ended.then(() => false)]);
  const namespace = spawn("unshare", ["--mount", "sh", "-c", "echo up && exec cat >&2"], { stdio });
  const left = once(namespace, "exit");
  onTestFinished(async () => {
    namespace.kill("SIGKILL");
    await left;
    rmSync(folder, { recursive: true });
  });
  if (!(await isUp(namespace, left))) return undefined;
  const script = `exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 silent "$0" && echo up && exec cat >&2`;
  const inside = ["--mount", `--target=${namespace.pid}`, "bash", "-c", script, mountpoint];
  const daemon = spawn("nsenter", inside, { stdio });
  const ended = once(daemon, "exit");
  onTestFinished(async () => {
    daemon.kill("SIGKILL");
    await ended;
  });
  symlinkSync(`/proc/${namespace.pid}`, join(folder, "self"));
  const paths = { procfs: folder, sysfs: "/sys", rootfs: `/proc/${namespace.pid}/root` };
  return (await isUp(daemon, ended)) ? { mountpoint, daemon, paths } : undefined;
}

it("goes on with everything while a real mount hangs, and tells what becomes of it", async ({ skip }) => {
  const mount = await hangingMount();
  if (mount === undefined) skip("no FUSE file system may be mounted here");
  const { mountpoint, daemon, paths } = mount!;
  expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(mountpoint);
  const options = filesystemOptions.parse({ "mount-timeout": "500ms" });
  const collector = await startCollector(filesystemCollector(paths, options));
  onTestFinished(() => collector.stop());
  const errorOf = async (): Promise<string | undefined> => {
    const samples = await readSamples(await collector.scrape(), "node_filesystem_device_error");
    return samples.find(({ labels }) => labels["mountpoint"] === mountpoint)?.labels["device_error"];
  };
  for (let scrapes = 0; scrapes < 6; scrapes++) expect(await errorOf()).toBe("mountpoint timeout");
  // More of each than libuv has threads.
  const work = Array.from({ length: 8 }, () =>
    Promise.all([promisify(gzip)("x".repeat(10_000)), readFile("/proc/uptime")]),
  );
  await Promise.all(work);
  daemon.kill("SIGKILL");
  await once(daemon, "exit");
  await expect.poll(errorOf, { timeout: 10_000 }).toBe("transport endpoint is not connected");
});
