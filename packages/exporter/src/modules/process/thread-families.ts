import type { Scrape } from "../../scrape/scrape.ts";
import type { ThreadGroup } from "./group.ts";

/** Adds what the threads of each name do, by the names, types and labels of process-exporter. */
export function writeThreadFamilies(
  scrape: Scrape,
  threads: readonly { readonly groupname: string; readonly thread: ThreadGroup }[],
): void {
  const prefix = "namedprocess_namegroup_thread";
  const labels = ["groupname", "threadname"] as const;
  const counts = scrape.gauge({ name: `${prefix}_count`, help: "Threads of this name.", labelNames: labels });
  const cpu = scrape.counter({
    name: `${prefix}_cpu_seconds_total`,
    help: "Seconds of CPU time of the threads, in the program and in the kernel.",
    labelNames: [...labels, "mode"],
  });
  const bytes = scrape.counter({
    name: `${prefix}_io_bytes_total`,
    help: "Bytes that the threads made storage deliver and take.",
    labelNames: [...labels, "iomode"],
  });
  const majorFaults = scrape.counter({
    name: `${prefix}_major_page_faults_total`,
    help: "Page faults of the threads that storage had to serve.",
    labelNames: labels,
  });
  const minorFaults = scrape.counter({
    name: `${prefix}_minor_page_faults_total`,
    help: "Page faults of the threads that memory could serve.",
    labelNames: labels,
  });
  const switches = scrape.counter({
    name: `${prefix}_context_switches_total`,
    help: "Times that the threads left their CPU.",
    labelNames: [...labels, "ctxswitchtype"],
  });
  for (const { groupname, thread } of threads) {
    const of = { groupname, threadname: thread.name };
    const { totals } = thread;
    counts.set(of, thread.count);
    cpu.setTotal({ ...of, mode: "user" }, totals.userSeconds);
    cpu.setTotal({ ...of, mode: "system" }, totals.systemSeconds);
    bytes.setTotal({ ...of, iomode: "read" }, totals.readBytes);
    bytes.setTotal({ ...of, iomode: "write" }, totals.writtenBytes);
    majorFaults.setTotal(of, totals.majorFaults);
    minorFaults.setTotal(of, totals.minorFaults);
    switches.setTotal({ ...of, ctxswitchtype: "voluntary" }, totals.voluntarySwitches);
    switches.setTotal({ ...of, ctxswitchtype: "nonvoluntary" }, totals.involuntarySwitches);
  }
}
