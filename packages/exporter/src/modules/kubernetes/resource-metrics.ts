import { parse, ParseError } from "@exporterkit/client/parse";
import { ApiFailure } from "./api-failure.ts";

/** What a kubelet tells of a container. */
export interface ContainerSample {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** CPU time since it started, in seconds. */
  readonly cpuSeconds: number;
  /** When that was, in milliseconds since 1970 by the clock of the node. */
  readonly timestamp: number;
  /** Bytes. */
  readonly memory: number;
  /** When it started, in milliseconds since 1970 by the clock of the node, if it tells. */
  readonly started: number | undefined;
}

type Mutable = { -readonly [Key in keyof ContainerSample]?: ContainerSample[Key] };

const cpu = "container_cpu_usage_seconds_total";
const memory = "container_memory_working_set_bytes";
const started = "container_start_time_seconds";
// Its name until Kubernetes 1.28, and since.
const errors = new Set(["scrape_error", "resource_scrape_error"]);

/**
 * Reads `/metrics/resource` of a kubelet: the containers of which both CPU time and memory are known. `now` is the time of a
 * sample that has none. Throws an {@link ApiFailure} if it is no exposition, or says that the kubelet could not read its containers:
 * of these it then tells nothing, as if there were none.
 */
export function readResourceMetrics(text: string, now: number): ContainerSample[] {
  const containers = new Map<string, Mutable>();
  for (const family of parsed(text)) {
    if (errors.has(family.name) && family.samples.some(({ value }) => value > 0)) {
      throw new ApiFailure("it could not read its containers", { reason: "server_error" });
    }
    if (family.name !== cpu && family.name !== memory && family.name !== started) continue;
    for (const { labels, value, timestampSeconds } of family.samples) {
      const { namespace = "", pod = "", container = "" } = labels;
      // The start of a container has no timestamp in some releases, and is the value itself.
      const key = `${namespace}/${pod}/${container}`;
      let sample = containers.get(key);
      if (sample === undefined) containers.set(key, (sample = { namespace, pod, container }));
      if (family.name === cpu) {
        sample.cpuSeconds = value;
        sample.timestamp = timestampSeconds === undefined ? now : Math.round(timestampSeconds * 1000);
      } else if (family.name === memory) {
        sample.memory = value;
      } else {
        sample.started = Math.round(value * 1000);
      }
    }
  }
  return [...containers.values()].filter(isComplete);
}

function isComplete(sample: Mutable): sample is ContainerSample {
  const { cpuSeconds = NaN, memory: bytes = NaN } = sample;
  // An infinity could never be taken off a sum again.
  return cpuSeconds >= 0 && bytes >= 0 && cpuSeconds < Infinity && bytes < Infinity;
}

function parsed(text: string): ReturnType<typeof parse> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ApiFailure(`its metrics are malformed: ${error.message.slice(0, 200)}`, {
      reason: "malformed",
      cause: error,
    });
  }
}
