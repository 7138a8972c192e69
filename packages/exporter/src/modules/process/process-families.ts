import type { Scrape } from "../../scrape/scrape.ts";
import type { Counts } from "./counts.ts";
import type { Group, ThreadGroup } from "./group.ts";
import type { State } from "./sample.ts";
import { writeThreadFamilies } from "./thread-families.ts";

const states: readonly State[] = ["Running", "Sleeping", "Waiting", "Zombie", "Other"];

/** Adds what the groups are and have done, by the names, types and labels of process-exporter. */
export function writeFamilies(scrape: Scrape, groups: readonly Group[], withThreads: boolean): void {
  const gauge = (name: string, help: string, valueOf: (group: Group) => number | undefined): void => {
    const metric = scrape.gauge({ name: `namedprocess_namegroup_${name}`, help, labelNames: ["groupname"] });
    for (const group of groups) {
      const value = valueOf(group);
      if (value !== undefined) metric.set({ groupname: group.name }, value);
    }
  };
  const counter = (name: string, help: string, count: keyof Counts): void => {
    const metric = scrape.counter({ name: `namedprocess_namegroup_${name}`, help, labelNames: ["groupname"] });
    for (const { name: groupname, totals } of groups) metric.setTotal({ groupname }, totals[count]);
  };
  gauge("num_procs", "Processes in the group.", ({ processes }) => processes);
  gauge("num_threads", "Threads of the group's processes.", ({ threadCount }) => threadCount);
  gauge("open_filedesc", "Files that the group's processes have open.", ({ openFiles }) => openFiles);
  gauge(
    "worst_fd_ratio",
    "Files that a process has open as a ratio of what it may have open, of the group's process that is nearest to its limit.",
    ({ worstFilesRatio }) => worstFilesRatio,
  );
  gauge(
    "oldest_start_time_seconds",
    "When the oldest process of the group started, in seconds since 1970.",
    ({ oldestStart }) => (oldestStart === undefined ? undefined : Math.floor(oldestStart)),
  );
  counter("read_bytes_total", "Bytes that storage was made to deliver.", "readBytes");
  counter("write_bytes_total", "Bytes that storage was made to take.", "writtenBytes");
  counter("major_page_faults_total", "Page faults that storage had to serve.", "majorFaults");
  counter("minor_page_faults_total", "Page faults that memory could serve.", "minorFaults");
  writeLabelled(scrape, groups);
  if (withThreads) writeThreadFamilies(scrape, threadsOf(groups));
}

function writeLabelled(scrape: Scrape, groups: readonly Group[]): void {
  const cpu = scrape.counter({
    name: "namedprocess_namegroup_cpu_seconds_total",
    help: "Seconds of CPU time, in the program and in the kernel.",
    labelNames: ["groupname", "mode"],
  });
  const switches = scrape.counter({
    name: "namedprocess_namegroup_context_switches_total",
    help: "Times that a thread left its CPU, because it had to wait or because another was to run.",
    labelNames: ["groupname", "ctxswitchtype"],
  });
  const memory = scrape.gauge({
    name: "namedprocess_namegroup_memory_bytes",
    help: "Memory of the group's processes; proportional is where shared memory is divided among those that share it.",
    labelNames: ["groupname", "memtype"],
  });
  const stateCounts = scrape.gauge({
    name: "namedprocess_namegroup_states",
    help: "Threads in each state.",
    labelNames: ["groupname", "state"],
  });
  const wchans = scrape.gauge({
    name: "namedprocess_namegroup_threads_wchan",
    help: "Threads that wait in a function of the kernel.",
    labelNames: ["groupname", "wchan"],
  });
  const kinds = new Set(["resident", "virtual", "swapped", ...groups.flatMap((group) => [...group.memory.keys()])]);
  for (const group of groups) {
    const { name: groupname, totals } = group;
    cpu.setTotal({ groupname, mode: "user" }, totals.userSeconds);
    cpu.setTotal({ groupname, mode: "system" }, totals.systemSeconds);
    switches.setTotal({ groupname, ctxswitchtype: "voluntary" }, totals.voluntarySwitches);
    switches.setTotal({ groupname, ctxswitchtype: "nonvoluntary" }, totals.involuntarySwitches);
    for (const memtype of kinds) memory.set({ groupname, memtype }, group.memory.get(memtype) ?? 0);
    for (const state of states) stateCounts.set({ groupname, state }, group.states.get(state) ?? 0);
    for (const [wchan, count] of group.wchans) wchans.set({ groupname, wchan }, count);
  }
}

function threadsOf(groups: readonly Group[]): { groupname: string; thread: ThreadGroup }[] {
  return groups.flatMap((group) =>
    Array.from(group.threads, (thread) => ({ groupname: group.name, thread })).filter(({ thread }) => thread.count > 0),
  );
}
