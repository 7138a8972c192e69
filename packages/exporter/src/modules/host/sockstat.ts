import type { Collector } from "../../scrape/collector.ts";
import type { Scrape } from "../../scrape/scrape.ts";
import type { HostPaths } from "./host-paths.ts";
import { pageSize } from "./page-size.ts";
import { readTextIfAny } from "./pseudo-file.ts";

/** How many sockets there are of each protocol and state. */
export function sockstatCollector(paths: HostPaths): Collector {
  return {
    name: "sockstat",
    collect(scrape) {
      // Either is missing where that version of IP is disabled.
      const texts = ["net/sockstat", "net/sockstat6"].map((path) => readTextIfAny(paths.procfs, path));
      for (const text of texts) if (text !== undefined) tell(scrape, text);
    },
  };
}

function tell(scrape: Scrape, text: string): void {
  const tellOne = (name: string, help: string, value: number): void => {
    scrape.gauge({ name: `node_sockstat_${name}`, help }).set(value);
  };
  for (const [, protocol, pairs] of text.matchAll(/^(\w+):((?: \w+ \d+)+)$/gm)) {
    const states = Array.from(
      pairs!.matchAll(/(\w+) (\d+)/g),
      ([, state, number]) => [state!, Number(number)] as const,
    );
    if (protocol === "sockets") {
      const used = new Map(states).get("used");
      if (used !== undefined) tellOne("sockets_used", "Number of IPv4 sockets in use.", used);
      continue;
    }
    for (const [state, value] of states) {
      tellOne(`${protocol}_${state}`, `Number of ${protocol} sockets in state ${state}.`, value);
      if (state === "mem")
        tellOne(`${protocol}_mem_bytes`, `Memory of ${protocol} sockets, in bytes.`, value * pageSize());
    }
  }
}
