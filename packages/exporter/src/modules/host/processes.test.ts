import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const stat = (pid: number, name: string, state: string, threads: number): string =>
  `${pid} (${name}) ${state} 1 1 1 0 -1 4194304 100 0 0 0 5 3 0 0 20 0 ${threads} 0 100 1000000 200\n`;

it("counts processes and threads by state", async () => {
  const lines = await samplesOf("processes", {
    "proc/1/stat": stat(1, "init", "S", 1),
    "proc/2/stat": stat(2, "odd) R (name", "D", 2),
    "proc/2/task/2/stat": stat(2, "odd) R (name", "D", 2),
    "proc/2/task/3/stat": stat(3, "worker", "R", 2),
    "proc/4/stat": stat(4, "shell", "S", 1),
    "proc/5/cmdline": "has ended",
    "proc/6/stat": "6 (cut",
    "proc/self/stat": stat(1, "init", "S", 1),
    "proc/sys/kernel/pid_max": "4194304\n",
    "proc/sys/kernel/threads-max": "127000\n",
  });
  expect(lines).toEqual([
    "node_processes_max_processes 4194304",
    "node_processes_max_threads 127000",
    "node_processes_pids 3",
    'node_processes_state{state="S"} 2',
    'node_processes_state{state="D"} 1',
    "node_processes_threads 4",
    'node_processes_threads_state{thread_state="S"} 2',
    'node_processes_threads_state{thread_state="D"} 1',
    'node_processes_threads_state{thread_state="R"} 1',
  ]);
});
