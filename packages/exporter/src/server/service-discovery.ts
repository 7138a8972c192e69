import type { IncomingMessage } from "node:http";
import type { NamedTarget } from "../probe/probes.ts";
import type { Answer } from "./routes.ts";

/** Targets, in the format of Prometheus's `http_sd_configs` and `file_sd_configs`. */
interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The answer to Prometheus's HTTP service discovery: the exporter itself, at the address at which it was asked, and each
 * target of its probes that is known by a name. Labels say how to scrape it, so that no relabelling is needed.
 *
 * @see https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export function discovery(request: IncomingMessage, telemetryPath: string, named: readonly NamedTarget[]): Answer {
  const address = addressOf(request);
  if (address === undefined) {
    return { status: 400, body: "The address that was asked for is missing or malformed: send host:port as Host.\n" };
  }
  // Where a proxy has ended TLS, only the job knows.
  const isEncrypted = (request.socket as { readonly encrypted?: boolean }).encrypted === true;
  const common = isEncrypted ? { __scheme__: "https" } : {};
  const groups: TargetGroup[] = [
    { targets: [address], labels: { ...common, __metrics_path__: telemetryPath } },
    ...named.map(({ module, target }) => ({
      targets: [address],
      labels: {
        ...common,
        __metrics_path__: "/probe",
        __param_module: module,
        __param_target: target,
        instance: target,
        module,
      },
    })),
  ];
  return { contentType: "application/json; charset=utf-8", body: `${JSON.stringify(groups)}\n` };
}

/** The host and port by which the client knows this server. */
function addressOf({ headers }: IncomingMessage): string | undefined {
  const host = String(headers[":authority"] ?? headers.host ?? "");
  return /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.test(host) ? host : undefined;
}
