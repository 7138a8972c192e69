import { readConfig } from "../config/read-config.ts";
import { ExporterError } from "../exporter-error.ts";
import { silentLogger } from "../logger.ts";
import type { Probe } from "../probe/probe.ts";
import { prometheusFile } from "../scrape-jobs/prometheus-file.ts";
import { type ScrapedExporter, type ScrapedProbe, type ScrapeKind, scrapeJobs } from "../scrape-jobs/scrape-jobs.ts";
import { formatAddress, parseAddress } from "../server/address.ts";
import { type WebConfig, webConfigSchema } from "../server/web-config-schema.ts";
import type { Command } from "./command.ts";
import { type ServeFlags, withFlags } from "./serve.ts";

/** What is asked for, besides how the exporter is served. */
export interface ScrapeConfigFlags {
  readonly kind: ScrapeKind;
  /** Where Prometheus reaches the exporter. Default: where it listens. */
  readonly address?: string | undefined;
  readonly ruleFiles?: readonly string[] | undefined;
}

/** Prints the jobs of Prometheus that scrape the exporter as it is configured. Resolves to the exit code. */
export async function printScrapeConfig(
  command: Command,
  served: ServeFlags,
  { kind, address, ruleFiles }: ScrapeConfigFlags,
): Promise<number> {
  const read = await command.read(served.configFiles, served.modules);
  for (const warning of read.warnings) process.stderr.write(`${warning}\n`);
  const config = withFlags(read.config, served);
  const { web } = config;
  const exporter: ScrapedExporter = {
    job: command.name,
    address: checked(address) ?? reachable(web.listen_addresses),
    telemetryPath: web.telemetry_path,
    ...(await accessOf(web.config_file)),
    probes: (await command.probesOf(config, { logger: silentLogger })).map(scrapedProbe),
  };
  process.stdout.write(prometheusFile(scrapeJobs(exporter, kind), { ruleFiles }));
  return 0;
}

function scrapedProbe({ name, targets = { allow: [] } }: Probe): ScrapedProbe {
  return { name, targets };
}

function checked(address: string | undefined): string | undefined {
  if (address === undefined || /^(?:\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i.test(address)) return address;
  throw new ExporterError("invalid_argument", `Address ${JSON.stringify(address)} is malformed: write host:port.`);
}

/** The first of the addresses that Prometheus can reach, where it runs on the same machine. */
function reachable(addresses: readonly string[]): string {
  for (const address of addresses.map(parseAddress)) {
    if (!("port" in address) || address.port === 0) continue;
    const everywhere = address.host === undefined || address.host === "::" || address.host === "0.0.0.0";
    return formatAddress({ host: everywhere ? "localhost" : address.host, port: address.port });
  }
  const remedy = "give the host:port of what stands before it by --address.";
  throw new ExporterError("invalid_argument", `Prometheus can reach none of ${addresses.join(", ")}: ${remedy}`);
}

type Access = Pick<ScrapedExporter, "isEncrypted" | "clientCertificate" | "user">;

/** How a web configuration lets Prometheus in. */
async function accessOf(webConfigFile: string | undefined): Promise<Access> {
  if (webConfigFile === undefined) return { isEncrypted: false, clientCertificate: undefined, user: undefined };
  const { config } = await readConfig<WebConfig>([webConfigFile], webConfigSchema);
  const auth = config.tls_server_config?.client_auth_type ?? "NoClientCert";
  const demand = auth.startsWith("Require") ? "required" : "possible";
  return {
    isEncrypted: config.tls_server_config !== undefined,
    clientCertificate: auth === "NoClientCert" ? undefined : demand,
    user: Object.keys(config.basic_auth_users)[0],
  };
}
