import { isDeepStrictEqual } from "node:util";
import { runExporter } from "../server/run-exporter.ts";
import type { ExporterConfig } from "./exporter-config.ts";
import { type LogFormat, type LogLevel, makeLogger } from "../make-logger.ts";
import { ExporterError } from "../exporter-error.ts";
import type { PrometheusOptions } from "../page/server/prometheus-client.ts";
import type { Command } from "./command.ts";
import type { FlagsOfModules } from "./module-flags.ts";

/** What the command line says of serving. What it leaves out the configuration says. */
export interface ServeFlags {
  readonly configFiles: readonly string[];
  readonly listenAddresses: readonly string[] | undefined;
  readonly systemdSocket: true | undefined;
  readonly webConfigFile: string | undefined;
  readonly enableLifecycle: true | undefined;
  readonly telemetryPath: string | undefined;
  readonly disableExporterMetrics: true | undefined;
  readonly prometheusUrl: string | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly logFormat: LogFormat | undefined;
  readonly modules: FlagsOfModules;
}

/** Serves until SIGINT or SIGTERM. Resolves to the exit code. */
export async function serve(command: Command, flags: ServeFlags): Promise<number> {
  const read = await command.read(flags.configFiles, flags.modules);
  const { config, warnings, files } = read;
  refuseUnused(flags.modules, config);
  const { web, log } = withFlags(config, flags);
  const logger = makeLogger(log.level, log.format);
  const warn = (texts: readonly string[]): void => {
    for (const warning of texts) logger.warn({ warning }, "the configuration should be changed");
  };
  warn(warnings);
  if (files.length > 0) logger.info({ files: files.join(" ") }, "configuration");
  return await runExporter({
    title: command.title,
    collectors: await command.collectorsOf(config, { logger }),
    probe: { probes: await command.probesOf(config, { logger }) },
    listenAddress: web.listen_addresses,
    systemdSocket: web.systemd_socket,
    webConfigFile: web.config_file,
    telemetryPath: web.telemetry_path,
    exporterMetrics: web.exporter_metrics,
    maxScrapes: web.max_scrapes,
    maxConnections: web.max_connections,
    timeoutOffsetSeconds: web.timeout_offset,
    enableLifecycle: web.enable_lifecycle,
    shownConfig: () => read.shown,
    page: web.page.enabled && {
      summary: await command.summaryOf(config),
      alwaysRecord: web.page.always_record,
      prometheus: web.page.prometheus,
      dashboards: () => command.dashboards(),
    },
    logger,
    async reload() {
      const next = await command.read(flags.configFiles, flags.modules);
      warn(next.warnings);
      if (!isDeepStrictEqual([next.config.web, next.config.log], [config.web, config.log])) {
        logger.warn({}, "what has changed below web and log is used from the next start on");
      }
      return {
        collectors: await command.collectorsOf(next.config, { logger }),
        probe: { probes: await command.probesOf(next.config, { logger }) },
        shownConfig: () => next.shown,
        summary: await command.summaryOf(next.config),
      };
    },
  });
}

/** Throws an {@link ExporterError} if there are flags of a module that does not run. */
function refuseUnused(flags: FlagsOfModules, config: ExporterConfig): void {
  for (const [module, given] of flags) {
    if (config.modules[module] !== undefined) continue;
    const [flag] = given.keys();
    const remedy = `name ${module} below modules in the configuration, or leave the flag out.`;
    throw new ExporterError(
      "invalid_argument",
      `--${flag} is for the module "${module}", which does not run: ${remedy}`,
    );
  }
}

/** The Prometheus of a configuration at another address. */
function withUrl(url: string, { page: { prometheus } }: ExporterConfig["web"]): PrometheusOptions {
  return { ...prometheus, url };
}

/** A configuration with what the command line says in place of what the files say. */
export function withFlags(config: ExporterConfig, flags: ServeFlags): ExporterConfig {
  const { web, log } = config;
  return {
    ...config,
    web: {
      ...web,
      listen_addresses: flags.listenAddresses ?? web.listen_addresses,
      systemd_socket: flags.systemdSocket ?? web.systemd_socket,
      config_file: flags.webConfigFile ?? web.config_file,
      enable_lifecycle: flags.enableLifecycle ?? web.enable_lifecycle,
      telemetry_path: flags.telemetryPath ?? web.telemetry_path,
      exporter_metrics: flags.disableExporterMetrics !== true && web.exporter_metrics,
      page:
        flags.prometheusUrl === undefined ? web.page : { ...web.page, prometheus: withUrl(flags.prometheusUrl, web) },
    },
    log: { level: flags.logLevel ?? log.level, format: flags.logFormat ?? log.format },
  };
}
