import { setImmediate as turn } from "node:timers/promises";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import { listFolder, readNumber, readPassing } from "./pseudo-file.ts";

// How long the event loop may be held up at a time.
const sliceMilliseconds = 5;

/** How many processes and threads there are, by state, and how many there may be. */
export function processesCollector(paths: HostPaths): Collector {
  const { procfs } = paths;
  return {
    name: "processes",
    async collect(scrape) {
      let pids = 0;
      let threads = 0;
      const states = new Map<string, number>();
      const threadStates = new Map<string, number>();
      let since = performance.now();
      for (const pid of listFolder(procfs, "").filter((name) => /^\d+$/.test(name))) {
        if (performance.now() - since > sliceMilliseconds) {
          // oxlint-disable-next-line no-await-in-loop -- so that others get their turn
          await turn(undefined, { signal: scrape.signal });
          since = performance.now();
        }
        const stat = parseStat(readPassing(procfs, `${pid}/stat`));
        // It has ended since the folder was listed.
        if (stat === undefined) continue;
        pids++;
        threads += stat.threads;
        count(states, stat.state);
        for (const state of stat.threads > 1 ? statesOfThreads(procfs, pid) : [stat.state]) count(threadStates, state);
      }
      const gauge = (name: string, help: string, value: number | undefined): void => {
        if (value !== undefined) scrape.gauge({ name: `node_processes_${name}`, help }).set(value);
      };
      gauge("pids", "Number of processes.", pids);
      gauge("threads", "Number of threads.", threads);
      gauge("max_processes", "Number of process IDs that there may be.", readNumber(procfs, "sys/kernel/pid_max"));
      gauge("max_threads", "Number of threads that there may be.", readNumber(procfs, "sys/kernel/threads-max"));
      const ofProcesses = scrape.gauge({
        name: "node_processes_state",
        help: "Number of processes in each state.",
        labelNames: ["state"],
      });
      for (const [state, number] of states) ofProcesses.set({ state }, number);
      const ofThreads = scrape.gauge({
        name: "node_processes_threads_state",
        help: "Number of threads in each state.",
        labelNames: ["thread_state"],
      });
      for (const [state, number] of threadStates) ofThreads.set({ thread_state: state }, number);
    },
  };
}

function statesOfThreads(procfs: string, pid: string): string[] {
  return listFolder(procfs, `${pid}/task`).flatMap(
    (thread) => parseStat(readPassing(procfs, `${pid}/task/${thread}/stat`))?.state ?? [],
  );
}

/** The state, and the number of threads, which is the 18th field behind the name. A name may have spaces and parentheses. */
function parseStat(stat: string | undefined): { state: string; threads: number } | undefined {
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const threads = Number(fields[17]);
  return state !== undefined && /^[A-Za-z]$/.test(state) && Number.isInteger(threads) ? { state, threads } : undefined;
}

function count(states: Map<string, number>, state: string): void {
  states.set(state, (states.get(state) ?? 0) + 1);
}
