import { ours } from "./contenders.ts";
import { digits, type Figure, formatted } from "./figure.ts";
import { blockFigures, withWaits } from "./suites/blocks.ts";
import { clusterBlock, clusterWork } from "./suites/cluster.ts";
import { countingWorks } from "./suites/counting.ts";
import { expositionWorks } from "./suites/expositions.ts";
import { hostFigures, hostWork, nodeExporter } from "./suites/host.ts";
import { fixedColumn, httpWork } from "./suites/http.ts";
import { memoryFigures, memoryWorks } from "./suites/memory.ts";
import { helloWork, p99, scraped, scrapedBuffer, scrapedWork, webPeers } from "./suites/web.ts";

/** How fast we set out to be at one work, and what came out. */
export interface Goal {
  readonly work: string;
  readonly target: string;
  readonly measured: string;
  readonly met: "yes" | "no" | "not measured";
}

interface Check {
  readonly measured: string;
  /** Nothing if it was not measured. */
  readonly met: boolean | undefined;
}

/** The goals, held against what was measured. */
export function goals(figures: readonly Figure[]): Goal[] {
  const find = (work: string, column: string): Figure | undefined =>
    figures.find((figure) => figure.work === work && figure.column === column);

  /** A peer takes at least that many times as long. */
  const times = (work: string, peer: string, least: number): Check => {
    const ratio = find(work, peer)?.ratio ?? NaN;
    if (Number.isNaN(ratio)) return { measured: `${peer}: not measured`, met: undefined };
    return { measured: `${digits(ratio)}x ${peer}`, met: ratio >= least };
  };
  const blocksUnder10ms = (work: string): Check => {
    const figure = find(work, ours);
    const whole = find(`${work}${withWaits}`, ours);
    if (figure === undefined || whole === undefined) return { measured: "not measured", met: undefined };
    return { measured: `${formatted(figure)} (${formatted(whole)}${withWaits})`, met: figure.value < 10e6 };
  };
  return [
    goal(
      "`inc` with 3 labels given as an object, 800 series in random order",
      "5x prom-client, faster than client_golang's `WithLabelValues`",
      times(countingWorks.inc, "prom-client", 5),
      times(countingWorks.inc, "client_golang", 1),
    ),
    goal(
      "bound `inc`",
      "within 2x of client_golang's bound `Inc`; 50x prom-client",
      times(countingWorks.bound, "client_golang", 0.5),
      times(countingWorks.bound, "prom-client", 50),
    ),
    goal(
      "classic `observe`, bound, 11 buckets",
      "faster than client_golang",
      times(countingWorks.observe, "client_golang", 1),
    ),
    goal("native `observe`, bound", "faster than client_golang", times(countingWorks.native, "client_golang", 1)),
    goal(
      "exposition of 100k counters, every value changed (integers)",
      "40x prom-client, 25x @prometheus-io/client, 10x VictoriaMetrics",
      times(expositionWorks.integers, "prom-client", 40),
      times(expositionWorks.integers, "@prometheus-io/client", 25),
      times(expositionWorks.integers, "VictoriaMetrics", 10),
    ),
    goal(
      "the same with 17-digit floats",
      "8x prom-client, 2x VictoriaMetrics",
      times(expositionWorks.floats, "prom-client", 8),
      times(expositionWorks.floats, "VictoriaMetrics", 2),
    ),
    goal("the same with 1 % changed", "60x prom-client", times(expositionWorks.few, "prom-client", 60)),
    goal(
      "1k histograms with 11 buckets, all changed",
      "20x prom-client",
      times(expositionWorks.histograms, "prom-client", 20),
    ),
    goal(
      "two default labels on the registry",
      "cost a scrape nothing measurable (under 1.1x)",
      costOfDefaultLabels(ours, find),
      { ...costOfDefaultLabels("prom-client", find), met: true },
    ),
    goal(
      "HTTP scrape of 100k series, uncompressed, 1 % changed",
      "0.7 of the requests per second of the same bytes from one static buffer",
      shareOfStatic(find(httpWork, fixedColumn)),
    ),
    goal(
      "a request to a hello-world server on node:http that is measured",
      "3 % more than without metrics",
      costOfMeasuring(find(helloWork("node:http"), ours)),
    ),
    ...Object.entries(webPeers).map(([framework, peer]) =>
      goal(
        `what measuring a request to a hello-world server on ${framework} costs`,
        `half of what ${peer} costs`,
        shareOfPeer(find(helloWork(framework), ours), find(helloWork(framework), peer)),
      ),
    ),
    goal(
      "99th percentile of requests to node:http beside 100k series that are scraped without a pause",
      "2x of what it is without a scrape",
      slowdown(find(`${scrapedWork}: ${p99}`, scraped), find(`${scrapedWork}: ${p99}`, scrapedBuffer)),
    ),
    goal(
      "a scrape of this host beside node_exporter, with the same families",
      "latency and CPU time no more than node_exporter's, resident memory under 90 MB",
      times(hostWork, nodeExporter, 1),
      times(`${hostWork}: ${hostFigures.cpu.title}`, nodeExporter, 1),
      memoryUnder(find(`${hostWork}: ${hostFigures.resident.title}`, ours), 90e6),
    ),
    goal(
      "longest event-loop block during a scrape of 1M series, the first and later ones",
      "under 10 ms",
      ...blockFigures.map(blocksUnder10ms),
    ),
    goal(
      "heap and off-heap memory a series with 3 labels, after scrapes, beyond its own text",
      "under half of prom-client's",
      shareOfMemory(find),
    ),
    goal(
      "cluster of 4 workers, 25k series each, one scrape",
      "20x prom-client's AggregatorRegistry; the primary's event loop never blocked over 10 ms",
      times(clusterWork, "prom-client", 20),
      blocksUnder10ms(clusterBlock),
    ),
  ];
}

type Find = (work: string, column: string) => Figure | undefined;

function goal(work: string, target: string, ...checks: Check[]): Goal {
  return { work, target, measured: checks.map(({ measured }) => measured).join(", "), met: verdict(checks) };
}

function verdict(checks: readonly Check[]): Goal["met"] {
  if (checks.some(({ met }) => met === false)) return "no";
  return checks.every(({ met }) => met) ? "yes" : "not measured";
}

/** By ratios rather than times, as those are taken round by round. */
function costOfDefaultLabels(column: string, find: Find): Check {
  const ratio = (work: string): number => find(work, column)?.ratio ?? NaN;
  const cost = ratio(expositionWorks.withDefaults) / ratio(expositionWorks.withoutDefaults);
  if (Number.isNaN(cost)) return { measured: `${column}: not measured`, met: undefined };
  return { measured: `${digits(cost)}x ${column === ours ? "with them" : column}`, met: cost < 1.1 };
}

function shareOfStatic(fixed: Figure | undefined): Check {
  if (fixed === undefined || Number.isNaN(fixed.ratio)) return { measured: "not measured", met: undefined };
  return { measured: digits(fixed.ratio), met: fixed.ratio >= 0.7 };
}

/** Ours less the text that it keeps, to all of prom-client's, which keeps none. */
function shareOfMemory(find: Find): Check {
  const value = (figure: "heapScraped" | "offHeapScraped" | "text", column: string): number =>
    find(`${memoryWorks.counter}: ${memoryFigures[figure].title}`, column)?.value ?? NaN;
  const total = (column: string): number => value("heapScraped", column) + value("offHeapScraped", column);
  const own = total(ours) - value("text", ours);
  const share = own / total("prom-client");
  if (Number.isNaN(share)) return { measured: "not measured", met: undefined };
  return {
    measured: `${digits(share)} (${Math.round(own)} of ${Math.round(total("prom-client"))} B)`,
    met: share < 0.5,
  };
}

function memoryUnder(figure: Figure | undefined, most: number): Check {
  if (figure === undefined) return { measured: "not measured", met: undefined };
  return { measured: `${digits(figure.value / 1e6)} MB`, met: figure.value < most };
}

function costOfMeasuring(measured: Figure | undefined): Check {
  if (measured === undefined || Number.isNaN(measured.ratio)) return { measured: "not measured", met: undefined };
  const cost = measured.ratio - 1;
  return { measured: percent(cost), met: cost <= 0.03 };
}

/** By what both add to the server without metrics. */
function shareOfPeer(own: Figure | undefined, peer: Figure | undefined): Check {
  const [ownCost, peerCost] = [own, peer].map((figure) => (figure?.ratio ?? NaN) - 1) as [number, number];
  if (Number.isNaN(ownCost) || Number.isNaN(peerCost)) return { measured: "not measured", met: undefined };
  return { measured: `${percent(ownCost)} to ${percent(peerCost)}`, met: ownCost < peerCost / 2 };
}

function slowdown(own: Figure | undefined, buffer: Figure | undefined): Check {
  if (own === undefined || Number.isNaN(own.ratio)) return { measured: "not measured", met: undefined };
  const least = buffer === undefined ? "" : ` (static buffer: ${digits(buffer.ratio)}x)`;
  return { measured: `${digits(own.ratio)}x${least}`, met: own.ratio <= 2 };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
