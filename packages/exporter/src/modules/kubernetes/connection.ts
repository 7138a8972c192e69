import { Agent as HttpAgent } from "node:http";
import { Agent, type AgentOptions, type RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { ExporterError, messageOf } from "../../exporter-error.ts";

/** Where the configuration of the connection is. */
export interface ConnectionOptions {
  /** A kubeconfig. Default: what kubectl would take, `KUBECONFIG` or `~/.kube/config`; in a pod its service account. */
  readonly kubeconfig?: string | undefined;
  /** The context in it. Default: its current one. */
  readonly context?: string | undefined;
}

/** What a request needs to reach the API server, and to be let in. */
export interface Access {
  /** The address of the API server, without a slash at its end. */
  readonly server: string;
  readonly agent: NonNullable<RequestOptions["agent"]>;
  readonly headers: Readonly<Record<string, string>>;
  /** The user and password of a kubeconfig that has them, as Node.js takes them. */
  readonly auth?: string | undefined;
  /** What TLS is told, as for a connection to a kubelet: the cluster's CA, our certificate. */
  readonly tls: Pick<AgentOptions, "ca" | "cert" | "key" | "rejectUnauthorized">;
}

// Plugins may be programs to run; tokens and certificates in files change hours before they expire.
const accessMilliseconds = 30_000;

/** The connection to a cluster as a kubeconfig, or the service account of the pod, has it. */
export class Connection {
  readonly #options: ConnectionOptions;
  #config: KubeConfig | undefined;
  #access: { readonly access: Promise<Access>; until: number } | undefined;
  #agent: { readonly agent: Agent; readonly settings: string } | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /**
   * Reads the configuration, and has credentials read anew by the next request. Rejects with an {@link ExporterError} if there is
   * none or it is wrong.
   */
  async load(): Promise<void> {
    const client = await importClient();
    const config = new client.KubeConfig();
    const { kubeconfig, context } = this.#options;
    const from = kubeconfig ?? "the kubeconfig or service account";
    try {
      if (kubeconfig === undefined) config.loadFromDefault();
      else config.loadFromFile(kubeconfig);
    } catch (error) {
      throw wrong(`${from} cannot be read: ${reasonOf(error)}; name a kubeconfig in modules.kubernetes.kubeconfig`);
    }
    if (context !== undefined) {
      const known = config.getContexts().map(({ name }) => name);
      if (!known.includes(context)) {
        throw wrong(`${from} has no context ${JSON.stringify(context)}; use one of ${known.join(", ") || "none"}`);
      }
      config.setCurrentContext(context);
    }
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
      throw wrong(`${from} names no cluster; set its current-context, or modules.kubernetes.context`);
    }
    if (kubeconfig === undefined && isNothingFound(config)) {
      throw wrong(
        "there is neither a kubeconfig nor the service account of a pod; set KUBECONFIG or modules.kubernetes.kubeconfig",
      );
    }
    if (cluster.server.startsWith("http:") && !cluster.skipTLSVerify) {
      const remedy = "name a kubeconfig, or say insecure-skip-tls-verify: true in it if that is meant";
      throw wrong(`${from} leads to ${cluster.server}, without TLS; ${remedy}`);
    }
    this.#config = config;
    this.#access = undefined;
  }

  /** What a request needs now. */
  async access(): Promise<Access> {
    if (this.#access === undefined || this.#access.until <= performance.now()) {
      // As long as a plugin runs, no other is started: one that hangs would become many.
      const reading = { access: this.#read(), until: Infinity };
      this.#access = reading;
      reading.access.then(
        () => (reading.until = performance.now() + accessMilliseconds),
        () => (reading.until = 0),
      );
    }
    return await this.#access.access;
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.#agent?.agent.destroy();
  }

  async #read(): Promise<Access> {
    if (this.#config === undefined) await this.load();
    const config = this.#config!;
    const cluster = config.getCurrentCluster()!;
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, rejectUnauthorized, servername, auth, headers } = options;
    const tls = {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    };
    return {
      server: cluster.server.replace(/\/+$/, ""),
      // Those for proxies and for plain HTTP are the client's; one that keeps connections is ours.
      agent:
        cluster.proxyUrl !== undefined || cluster.server.startsWith("http:")
          ? (options.agent ?? new HttpAgent())
          : this.#keptAgent({ ...tls, ...(servername !== undefined && { servername }) }),
      headers: trimmed(headers),
      ...(typeof auth === "string" && { auth }),
      tls,
    };
  }

  #keptAgent(settings: AgentOptions): Agent {
    const text = JSON.stringify(settings);
    if (this.#agent?.settings !== text) {
      // What goes on is made again, with the new certificates.
      this.#agent?.agent.destroy();
      this.#agent = { agent: new Agent({ ...settings, keepAlive: true, maxFreeSockets: 4 }), settings: text };
    }
    return this.#agent.agent;
  }
}

// A token file that ends with a newline is common, and no header may.
function trimmed(headers: RequestOptions["headers"]): Record<string, string> {
  const entries = Object.entries((headers ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value).trim()]));
}

async function importClient(): Promise<typeof import("@kubernetes/client-node")> {
  try {
    return await import("@kubernetes/client-node");
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new ExporterError(
      "start_failed",
      "The module kubernetes needs the package @kubernetes/client-node: install it with npm install @kubernetes/client-node@1.",
    );
  }
}

// What parsers say quotes the text, which may be a token.
function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).syscall === undefined ? "it is no kubeconfig" : messageOf(error);
}

function wrong(message: string): ExporterError {
  return new ExporterError("invalid_option", `The module kubernetes cannot connect: ${message}.`);
}

/** Whether the configuration is the one that the client takes where there is none. */
function isNothingFound(config: KubeConfig): boolean {
  return (
    config.getCurrentContext() === "loaded-context" && config.getCurrentCluster()?.server === "http://localhost:8080"
  );
}
