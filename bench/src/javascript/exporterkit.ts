import { Counter, Histogram, Registry } from "@exporterkit/client";
import type { ServerResponse } from "node:http";
import type { Format } from "../work.ts";
import { labelNames } from "./label-sets.ts";
import { counterOptions, histogramOptions, type Library } from "./library.ts";

const accept: Record<Format, string> = {
  text: "text/plain;version=0.0.4",
  openmetrics: "application/openmetrics-text;version=1.0.0",
  protobuf: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
};

export const library: Library = {
  registry(defaultLabels) {
    const registry = new Registry();
    if (defaultLabels !== undefined) registry.setDefaultLabels(defaultLabels);
    const registers = [registry];
    return {
      counter: () => new Counter({ ...counterOptions, labelNames, registers }),
      histogram: () => new Histogram({ ...histogramOptions, labelNames, registers }),
      nativeHistogram: () => new Histogram({ ...histogramOptions, labelNames, registers, native: true }),
      expose: (format) => bytesOf(registry, format),
      respond: (response) => respond(registry, response),
    };
  },
};

async function bytesOf(registry: Registry, format: Format): Promise<number> {
  const { body } = await registry.expose({ accept: accept[format] });
  return body.length;
}

async function respond(registry: Registry, response: ServerResponse): Promise<void> {
  const { contentType, body } = await registry.expose();
  response.writeHead(200, { "content-type": contentType, "content-length": body.length });
  response.end(body);
}
