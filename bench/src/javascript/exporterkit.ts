import { Counter, Histogram, Registry } from "@exporterkit/client";
import { collectWorkers, reportMetrics } from "@exporterkit/client/cluster";
import type { ServerResponse } from "node:http";
import type { Format } from "../work.ts";
import { labelNames } from "./label-sets.ts";
import { counterOptions, histogramOptions, type Library, type LibraryRegistry } from "./library.ts";

const accept: Record<Format, string> = {
  text: "text/plain;version=0.0.4",
  openmetrics: "application/openmetrics-text;version=1.0.0",
  protobuf: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
};

const registries = new WeakMap<LibraryRegistry, Registry>();

export const library: Library = {
  registry(defaultLabels) {
    const registry = new Registry();
    if (defaultLabels !== undefined) registry.setDefaultLabels(defaultLabels);
    const registers = [registry];
    const made: LibraryRegistry = {
      counter: () => new Counter({ ...counterOptions, labelNames, registers }),
      histogram: () => new Histogram({ ...histogramOptions, labelNames, registers }),
      nativeHistogram: () => new Histogram({ ...histogramOptions, labelNames, registers, native: true }),
      expose: (format) => bytesOf(registry, format),
      respond: (response) => respond(registry, response),
    };
    registries.set(made, registry);
    return made;
  },
  cluster: {
    async work(registry) {
      const reporter = reportMetrics({ registers: [registries.get(registry)!] });
      if (!(await reporter.flush(60))) throw new Error("The primary takes no report.");
    },
    async lead() {
      const { registry } = await collectWorkers({ registers: [] });
      return () => bytesOf(registry, "text");
    },
  },
};

async function bytesOf(registry: Registry, format: Format): Promise<number> {
  const exposition = await registry.expose({ accept: accept[format] });
  const { length } = exposition;
  exposition.release();
  return length;
}

async function respond(registry: Registry, response: ServerResponse): Promise<void> {
  const exposition = await registry.expose();
  response.once("close", () => exposition.release());
  response.writeHead(200, { "content-type": exposition.contentType, "content-length": exposition.length });
  response.cork();
  for (const chunk of exposition.chunks) response.write(chunk);
  response.end();
}
