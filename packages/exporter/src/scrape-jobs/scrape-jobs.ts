/** How Prometheus is to find an exporter. */
export const scrapeKinds = ["static", "file_sd", "http_sd", "kubernetes"] as const;

export type ScrapeKind = (typeof scrapeKinds)[number];

/** An exporter, as Prometheus sees it. */
export interface ScrapedExporter {
  /** What its job is called, and what the names of the jobs of its probes begin with. */
  readonly job: string;
  /** The `host:port` at which Prometheus reaches it. */
  readonly address: string;
  readonly telemetryPath: string;
  /** Whether it speaks TLS. */
  readonly isEncrypted: boolean;
  /** How clients have to show a certificate, if at all. */
  readonly clientCertificate: "required" | "possible" | undefined;
  /** A user who is let in, if only users are. */
  readonly user: string | undefined;
  /** Its probes. */
  readonly probes: readonly ScrapedProbe[];
}

/** A probe, as Prometheus sees it. */
export interface ScrapedProbe {
  readonly name: string;
  /** The targets that it knows by name, or the rules for others. */
  readonly targets: { readonly names: readonly string[] } | { readonly allow: readonly string[] };
}

/** Something of YAML, and what is to be said of it. */
export interface Commented {
  readonly value: unknown;
  /** A text for each path that it stands before. */
  readonly comments: readonly { readonly path: readonly (string | number)[]; readonly text: string }[];
}

/** The entries of `scrape_configs` for an exporter and its probes. */
export function scrapeJobs(exporter: ScrapedExporter, kind: ScrapeKind): Commented[] {
  const own = withComments(ownJob(exporter, kind), exporter, kind);
  if (kind === "http_sd") return [own];
  return [own, ...exporter.probes.map((probe) => withComments(probeJob(exporter, probe, kind), exporter, kind))];
}

function ownJob(exporter: ScrapedExporter, kind: ScrapeKind): Commented {
  const { job, address, telemetryPath } = exporter;
  const access = accessTo(exporter);
  const path = telemetryPath === "/metrics" ? {} : { metrics_path: telemetryPath };
  if (kind === "static") {
    return { value: { job_name: job, ...path, ...access, static_configs: [{ targets: [address] }] }, comments: [] };
  }
  if (kind === "file_sd") return fileJob({ job_name: job, ...path, ...access }, job, [address]);
  if (kind === "http_sd") {
    const url = `${exporter.isEncrypted ? "https" : "http"}://${address}/sd`;
    const { scheme: _, ...credentials } = access;
    return { value: { job_name: job, ...access, http_sd_configs: [{ url, ...credentials }] }, comments: [] };
  }
  return {
    value: {
      job_name: job,
      ...path,
      ...access,
      kubernetes_sd_configs: [{ role: "pod" }],
      relabel_configs: [
        keep("label_app_kubernetes_io_name", job),
        keep("container_port_name", "metrics"),
        copy("namespace", "namespace"),
        copy("pod_name", "pod"),
        copy("pod_node_name", "node"),
      ],
    },
    comments: [
      {
        path: ["relabel_configs"],
        text: ` Pods with the label app.kubernetes.io/name=${job}, at their port that is called metrics.`,
      },
    ],
  };
}

function keep(label: string, regex: string): object {
  return { source_labels: [`__meta_kubernetes_pod_${label}`], regex, action: "keep" };
}

function copy(from: string, to: string): object {
  return { source_labels: [`__meta_kubernetes_${from}`], target_label: to };
}

function probeJob(exporter: ScrapedExporter, { name, targets }: ScrapedProbe, kind: ScrapeKind): Commented {
  const job = `${exporter.job}-${name}`;
  const head = { job_name: job, metrics_path: "/probe", params: { module: [name] }, ...accessTo(exporter) };
  const relabelling = {
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__param_target"], target_label: "instance" },
      { source_labels: ["__param_module"], target_label: "module" },
      { target_label: "__address__", replacement: exporter.address },
    ],
  };
  const names = "names" in targets ? targets.names : [];
  const hint =
    "allow" in targets
      ? [` Add what is to be probed; the exporter allows ${targets.allow.join(", ") || "nothing yet"}.`]
      : [];
  if (kind === "file_sd") {
    const { value, comments } = fileJob(head, job, names);
    const [described] = comments;
    return {
      value: { ...(value as object), ...relabelling },
      comments: [{ path: described!.path, text: [described!.text, ...hint].join("\n") }],
    };
  }
  return {
    value: { ...head, static_configs: [{ targets: names }], ...relabelling },
    comments: hint.map((text) => ({ path: ["static_configs"], text })),
  };
}

function fileJob(head: object, job: string, targets: readonly string[]): Commented {
  return {
    value: { ...head, file_sd_configs: [{ files: [`targets/${job}.json`] }] },
    comments: [{ path: ["file_sd_configs"], text: ` The file holds ${JSON.stringify([{ targets }])}` }],
  };
}

/** How Prometheus gets in. */
function accessTo({ job, isEncrypted, user }: ScrapedExporter): { scheme?: string; basic_auth?: object } {
  return {
    ...(isEncrypted && { scheme: "https" }),
    ...(user !== undefined && { basic_auth: { username: user, password_file: `${job}.password` } }),
  };
}

function withComments(
  { value, comments }: Commented,
  { isEncrypted, clientCertificate, user }: ScrapedExporter,
  kind: ScrapeKind,
): Commented {
  const tls = [
    ...(kind === "http_sd" ? [" Here and below http_sd_configs:"] : []),
    " tls_config:",
    "   ca_file: ca.crt # unless the system knows who has signed the certificate",
    ...(clientCertificate === undefined
      ? []
      : [`   cert_file: prometheus.crt # ${clientCertificate}`, "   key_file: prometheus.key"]),
  ];
  return {
    value,
    comments: [
      ...comments,
      ...(isEncrypted ? [{ path: ["scheme"], text: tls.join("\n") }] : []),
      ...(user === undefined
        ? []
        : [{ path: ["basic_auth"], text: " The file holds the password itself, not its hash, and nothing else." }]),
    ],
  };
}
