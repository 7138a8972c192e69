import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./child.ts";

/** One series of an instant query's result. */
export interface QueryResult {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus server. */
export interface PrometheusServer {
  /** Where it answers. */
  readonly url: string;
  /** Asks an instant query. */
  query(promql: string): Promise<QueryResult[]>;
  /** Asks an instant query until `accept` says yes to what it returns, and returns that. */
  queryUntil(promql: string, accept: (results: QueryResult[]) => boolean): Promise<QueryResult[]>;
  stop(): Promise<void>;
}

/** Starts Prometheus with scrape configurations as they stand in `prometheus.yml`. */
export function startPrometheusWith(scrapeConfigs: readonly object[], ...flags: string[]): Promise<PrometheusServer> {
  return startPrometheus(`scrape_configs: ${JSON.stringify(scrapeConfigs)}`, ...flags);
}

/**
 * Starts Prometheus in a folder of its own. It scrapes every half second: targets, each `host:port`, or what YAML that begins
 * with `scrape_configs` says.
 */
export async function startPrometheus(
  scraped: readonly string[] | string,
  ...flags: string[]
): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-prometheus-"));
  const config = join(folder, "prometheus.yml");
  const scrapeConfigs =
    typeof scraped === "string"
      ? scraped
      : `scrape_configs: ${JSON.stringify([{ job_name: "exporterkit", static_configs: [{ targets: scraped }] }])}`;
  await writeFile(config, `global: { scrape_interval: 500ms, scrape_timeout: 500ms }\n${scrapeConfigs}\n`);
  const child = start("prometheus", [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    "--web.listen-address=127.0.0.1:0",
    "--log.level=info",
    ...flags,
  ]);
  const [, address] = await child.line(/"?Listening on"? address=(127\.0\.0\.1:\d+)/);
  await child.line(/Server is ready to receive web requests/);

  async function query(promql: string): Promise<QueryResult[]> {
    const response = await fetch(`http://${address}/api/v1/query?${new URLSearchParams({ query: promql }).toString()}`);
    const answer = (await response.json()) as {
      error?: string;
      data?: { result: { metric: Record<string, string>; value?: [number, string] }[] };
    };
    if (answer.data === undefined) throw new Error(`${promql}: ${answer.error}`);
    return answer.data.result.map(({ metric, value }) => ({
      metric,
      // A native histogram has none.
      value: Number(value?.[1].replace("Inf", "Infinity")),
    }));
  }

  return {
    url: `http://${address}`,
    query,
    async queryUntil(promql, accept) {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const results = await query(promql);
        if (accept(results)) return results;
        if (Date.now() > deadline) throw new Error(`${promql} is still ${JSON.stringify(results)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
