// What goes between the live page's server and its browser code, as JSON. Both sides are of one build: the address of the
// browser code changes with it.
import type { LabelMatcher } from "./label-matcher.ts";
import type { SummaryPlot } from "./summary.ts";

/** How a family is shown. */
export type PlotKind =
  /** Its values. */
  | "value"
  /** How fast they grow, by the second. */
  | "rate"
  /** Observations in each bucket alone by the second, added up over series; those of a gauge histogram as they are. */
  | "buckets"
  /** What its quantiles are. */
  | "quantiles"
  /** The mean of the observations since the sample before. */
  | "mean"
  /** Which states are on. */
  | "states"
  /** Its labels, which are all there is. */
  | "labels";

/** A metric family. */
export interface WireFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit?: string | undefined;
  readonly labels: readonly string[];
  readonly kind: PlotKind;
  /** Whether it has native histograms alone. */
  readonly isNative?: boolean | undefined;
}

/** A plot that is asked for. */
export interface WireAsk {
  readonly family: string;
  /** The first sample that is wanted, by its number; 0 for all there are. */
  readonly since: number;
  /** Which series were shown, as the server told; undefined to have the top series chosen. */
  readonly shown?: WireShown | undefined;
  readonly matchers: readonly LabelMatcher[];
  /** How many lines there may be. */
  readonly most: number;
}

/** Series that are shown, by their indexes, which mean something for as long as `epoch` stays. */
export interface WireShown {
  readonly epoch: number;
  readonly series: readonly number[];
}

/** What a poll asks for. */
export interface WireQuery {
  /** A random name of the one who looks. */
  readonly viewer: string;
  /** The run of the server that what is below belongs to. */
  readonly run?: string | undefined;
  /** The catalog that the page has. */
  readonly catalog: number;
  /** The first sample of times and of the summary that is wanted. */
  readonly since: number;
  readonly plots: readonly WireAsk[];
}

/** A line of a plot: its labels and its numbers, which begin with the plot's `from`. */
export interface WireLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
}

/** A plot as of now. */
export interface WirePlot {
  readonly family: string;
  /** The number of the sample that its values begin with. */
  readonly from: number;
  /** Whether these are other lines than before, of which all is told. */
  readonly isNew: boolean;
  /** How many series there are, and how many of them fit the filter. */
  readonly total: number;
  readonly fitting: number;
  readonly lines: readonly WireLine[];
  readonly shown?: WireShown | undefined;
}

/** The answer to a poll. */
export interface WireAnswer {
  /** Another after a restart, and where there is another summary: what the page has is then of no use. */
  readonly run: string;
  /** Milliseconds until there is more. */
  readonly nextMs: number;
  /** The number of the first sample that is kept. */
  readonly first: number;
  /** The number of the first sample of `times`. */
  readonly from: number;
  /** When the samples were taken, in seconds since the Unix epoch, in the order of their numbers. */
  readonly times: readonly number[];
  /** Why there is nothing new, in a sentence. */
  readonly problem?: string | undefined;
  /** How many series are not kept because there are too many. */
  readonly dropped: number;
  readonly catalog?: { readonly version: number; readonly families: readonly WireFamily[] } | undefined;
  /** The plots of the summary, for a page that does not know this run. */
  readonly summaryPlots?: readonly SummaryPlot[] | undefined;
  /** The numbers of the summary's lines, by plot, from `from` on; undefined where nothing of a plot is collected. */
  readonly summary: readonly (readonly (readonly (number | null)[])[] | null)[];
  readonly plots: readonly WirePlot[];
  /** How each collector fared last. */
  readonly collectors: readonly WireCollector[];
}

/** What is asked of Prometheus. */
export interface WirePastQuery {
  readonly family: string;
  /** How far back. */
  readonly seconds: number;
  readonly matchers: readonly LabelMatcher[];
  readonly most: number;
}

/** What Prometheus has of a family. */
export interface WirePast {
  /** In seconds since the Unix epoch. */
  readonly times: readonly number[];
  /** Lines as in a plot, of as many numbers as there are times. */
  readonly lines: readonly WireLine[];
}

/** A dashboard that the page draws. */
export interface WireDashboard {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** A metric that every target of it has; undefined where none is known. */
  readonly metric?: string | undefined;
  /** What can be chosen: one value, or all. */
  readonly variables: readonly { readonly name: string; readonly title: string; readonly hasAll: boolean }[];
  readonly panels: readonly WirePanel[];
}

/** A panel of a dashboard. */
export interface WirePanel {
  readonly title: string;
  readonly description: string;
  /** The heading that it is below. */
  readonly row?: string | undefined;
  readonly kind: "lines" | "number" | "heatmap" | "table";
  /** As Grafana calls it. */
  readonly unit: string;
  readonly max?: number | undefined;
  readonly isStacked: boolean;
  /** Of 24 columns. */
  readonly width: number;
}

/** The values of a dashboard's variables, by their names. */
export type WireChoices = Readonly<Record<string, readonly string[]>>;

/** A panel that is asked for. */
export interface WirePanelQuery {
  readonly dashboard: string;
  /** Its place among the panels. */
  readonly panel: number;
  /** How far back. */
  readonly seconds: number;
  /** One value by variable; those that are left out are all, or the first. */
  readonly choices: Readonly<Record<string, string>>;
}

/** A line of a panel. */
export interface WirePanelLine extends WireLine {
  /** What it is called. */
  readonly name: string;
}

/** What Prometheus has of a panel. */
export interface WirePanelAnswer {
  /** In seconds since the Unix epoch. */
  readonly times: readonly number[];
  readonly lines: readonly WirePanelLine[];
  /** How many lines there are besides. */
  readonly more: number;
  /** As Prometheus was asked. */
  readonly queries: readonly string[];
}

/** How a collector fared last. */
export interface WireCollector {
  readonly name: string;
  readonly succeeded: boolean;
  readonly seconds: number;
}

/** What does not change while an exporter runs. */
export interface WireAbout {
  readonly title: string;
  readonly version: string;
  readonly node: string;
  readonly host: string;
  /** When it started, in seconds since the Unix epoch. */
  readonly startedAt: number;
  readonly telemetryPath: string;
  /** The paths of other pages. */
  readonly links: readonly string[];
  /** The path of the configuration in use, if it is shown. */
  readonly configPath?: string | undefined;
  /** How long samples are kept, in seconds. */
  readonly keptSeconds: number;
  /** Where Prometheus is, if the page is to have its history. */
  readonly prometheusUrl?: string | undefined;
  /** Whether there are dashboards. */
  readonly hasDashboards: boolean;
}
