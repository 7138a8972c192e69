import type { ServerResponse } from "node:http";
import type { Format } from "../work.ts";
import type { LabelSet } from "./label-sets.ts";

/** A client library as the works see it: what is called in a timed loop is the library's own object where that is possible. */
export interface Library {
  registry(defaultLabels?: Readonly<Record<string, string>>): LibraryRegistry;
  readonly cluster?: LibraryCluster;
}

export interface LibraryRegistry {
  counter(): LabelledCounter;
  /** A histogram with 11 buckets. */
  histogram(): LabelledHistogram;
  nativeHistogram?(): LabelledHistogram;
  /** Makes the bytes that a server would send, in memory, and returns how many they are. */
  expose(format: Format): Promise<number>;
  /** Answers a scrape, with a Content-Length. */
  respond?(response: ServerResponse): Promise<void>;
}

export interface LabelledCounter {
  inc(labels: LabelSet): void;
  labels(labels: LabelSet): BoundCounter;
}

export interface BoundCounter {
  inc(amount?: number): void;
}

export interface LabelledHistogram {
  labels(labels: LabelSet): BoundHistogram;
}

export interface BoundHistogram {
  observe(value: number): void;
}

/** Scrapes workers, and tells how many bytes came out. */
export type Scrape = () => Promise<number>;

/** How a library adds up the metrics of the workers of `node:cluster`. */
export interface LibraryCluster {
  /** Called in each worker. The registry is one of this library's. Resolves when the primary can scrape it. */
  work(registry: LibraryRegistry): void | Promise<void>;
  /** Called once in the primary before it has workers. */
  lead(): Scrape | Promise<Scrape>;
}

/** What the metrics of every library are declared with. */
export const counterOptions = { name: "http_requests_total", help: "Requests served." };
export const histogramOptions = { name: "http_request_duration_seconds", help: "Time to serve a request." };
