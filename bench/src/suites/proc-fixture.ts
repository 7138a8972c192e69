import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes a procfs with so many processes in a temporary folder, and returns the folder. A tenth of them have four threads. */
export function writeProcFixture(processes: number): string {
  const root = mkdtempSync(join(tmpdir(), "exporterkit-bench-proc-"));
  writeFileSync(join(root, "stat"), "cpu  1 0 1 1 0 0 0 0 0 0\nbtime 1700000000\n");
  writeFileSync(join(root, "uptime"), "1000000.00 1.00\n");
  for (let pid = 1; pid <= processes; pid++) {
    const folder = join(root, String(pid));
    const threads = pid % 10 === 0 ? [pid, pid + 100_000, pid + 200_000, pid + 300_000] : [pid];
    writeFiles(folder, pid, pid, threads.length);
    const program = `program-${pid % 50}`;
    writeFileSync(join(folder, "cmdline"), `/usr/bin/${program}\0--port=${pid}\0--config\0/etc/${program}.yml\0`);
    writeFileSync(join(folder, "cgroup"), `0::/system.slice/${program}.service\n`);
    writeFileSync(join(folder, "limits"), limits);
    writeFileSync(join(folder, "smaps_rollup"), rollup);
    mkdirSync(join(folder, "fd"));
    for (let file = 0; file < 10; file++) symlinkSync("/dev/null", join(folder, "fd", String(file)));
    for (const id of threads) writeFiles(join(folder, "task", String(id)), id, pid, threads.length);
  }
  return root;
}

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            1024                 4096                 files
`;

const rollup = `00400000-7ffff000 ---p 00000000 00:00 0                          [rollup]
Rss:                1000 kB
Pss:                 500 kB
SwapPss:               0 kB
`;

function writeFiles(folder: string, id: number, pid: number, threads: number): void {
  mkdirSync(folder, { recursive: true });
  const fields = `S 1 ${pid} ${pid} 0 -1 4194560 900 0 5 0 120 30 0 0 20 0 ${threads} 0 5000 100000000 2500`;
  writeFileSync(join(folder, "stat"), `${id} (program-${pid % 50}) ${fields} ${"0 ".repeat(27)}0\n`);
  writeFileSync(
    join(folder, "status"),
    `Name:\tprogram\nState:\tS (sleeping)\nTgid:\t${pid}\nPid:\t${id}\nPPid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n` +
      `VmSize:\t  100000 kB\nVmRSS:\t   10000 kB\nVmSwap:\t       0 kB\nThreads:\t${threads}\n` +
      "voluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t10\n",
  );
  writeFileSync(
    join(folder, "io"),
    "rchar: 1\nwchar: 1\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 0\n",
  );
  writeFileSync(join(folder, "wchan"), "do_epoll_wait");
}
