import type { ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import type { Format } from "../work.ts";
import { labelNames } from "./label-sets.ts";
import { counterOptions, histogramOptions, type Library, type LibraryRegistry } from "./library.ts";

/** prom-client, or what takes its place. */
export function promClient({
  AggregatorRegistry,
  Counter,
  Histogram,
  Registry: PromRegistry,
}: typeof import("prom-client")): Library {
  const registries = new WeakMap<LibraryRegistry, Registry>();
  return {
    registry(defaultLabels) {
      const registry = new PromRegistry();
      if (defaultLabels !== undefined) registry.setDefaultLabels(defaultLabels);
      const declaration = { labelNames: [...labelNames], registers: [registry] };
      const made: LibraryRegistry = {
        counter: () => new Counter({ ...counterOptions, ...declaration }),
        histogram: () => new Histogram({ ...histogramOptions, ...declaration }),
        expose: (format) => bytesOf(registry, format),
        respond: (response) => respond(registry, response),
      };
      registries.set(made, registry);
      return made;
    },
    cluster: {
      work(registry) {
        AggregatorRegistry.setRegistries(registries.get(registry)!);
        // Its constructor listens for the primary's requests.
        new AggregatorRegistry();
      },
      lead() {
        const aggregator = new AggregatorRegistry();
        return async () => Buffer.from(await aggregator.clusterMetrics()).length;
      },
    },
  };
}

async function bytesOf(registry: Registry, format: Format): Promise<number> {
  if (format !== "text") throw new Error(`prom-client is not measured in ${format}.`);
  return Buffer.from(await registry.metrics()).length;
}

async function respond(registry: Registry, response: ServerResponse): Promise<void> {
  const body = Buffer.from(await registry.metrics());
  response.writeHead(200, { "content-type": registry.contentType, "content-length": body.length });
  response.end(body);
}
