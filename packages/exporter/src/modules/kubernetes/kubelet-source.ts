import { readFile } from "node:fs/promises";
import { Agent, type AgentOptions } from "node:https";
import { isIPv6 } from "node:net";
import { messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import { type Api, type ApiAnswer, get } from "./api.ts";
import { ApiFailure } from "./api-failure.ts";
import type { ApiReport } from "./api-report.ts";
import { AskingOrder } from "./asking-order.ts";
import type { Cluster, Member } from "./cluster.ts";
import { NodeCounters } from "./node-counters.ts";
import { hasEnded } from "./pod.ts";
import { longestLagMilliseconds, takenAt } from "./pod-usage.ts";
import { RepeatedFailure } from "./repeated-failure.ts";
import { type ContainerSample, readResourceMetrics } from "./resource-metrics.ts";
import type { UsageSource } from "./usage-source.ts";

/** How kubelets are reached. */
export interface KubeletOptions {
  /** Whether the API server passes requests on, for which it demands the right to `nodes/proxy`. */
  readonly viaApiServer: boolean;
  readonly port: number;
  /** The authority that has signed the certificates of the kubelets. Default: that of the cluster. */
  readonly caFile?: string | undefined;
  /** Whether any certificate will do. */
  readonly insecureSkipVerify: boolean;
  /** How many are asked at a time. */
  readonly concurrency: number;
}

/** What the source is told. */
export interface KubeletSourceOptions extends KubeletOptions {
  readonly api: Api;
  readonly cluster: Cluster;
  readonly report: ApiReport;
  readonly logger: Logger;
  /** Seconds of silence after which one is given up, and after which all that are left are. */
  readonly requestSeconds: number;
}

const longestBytes = 32 * 1024 * 1024;

/** The kubelets' `/metrics/resource`, of the nodes that pods are on: counters, of which rates are made here. */
export class KubeletSource implements UsageSource {
  readonly #options: KubeletSourceOptions;
  readonly #nodes = new Map<string, NodeCounters>();
  readonly #order = new AskingOrder();
  readonly #failure: RepeatedFailure;
  /** The newest time of a sample in the reads before this one. */
  #readUntil: number | undefined;
  #agent: { readonly agent: Agent; readonly settings: string } | undefined;

  constructor(options: KubeletSourceOptions) {
    this.#options = options;
    this.#failure = new RepeatedFailure(options.logger, { reads: "kubelets" });
  }

  async read(signal: AbortSignal): Promise<void> {
    const { cluster, report } = this.#options;
    const addresses = addressesOf(cluster);
    for (const node of this.#nodes.keys()) if (!addresses.has(node)) this.#nodes.delete(node);
    const seen = new Set<Member>();
    const failures = await this.#readNodes(addresses, seen, signal);
    for (const { readUntil = -Infinity } of this.#nodes.values()) {
      if (readUntil > (this.#readUntil ?? 0)) this.#readUntil = readUntil;
    }
    for (const member of cluster.members()) {
      const { node } = member.pod;
      const isKnown = member.usage === undefined || seen.has(member) || failures.has(node);
      if (!isKnown) cluster.setUsage(member, undefined);
    }
    report.nodes(addresses.size - failures.size, failures.size);
    const [first, ...others] = failures.values();
    for (const { reason } of others) report.failed("usage", reason);
    if (first === undefined) return this.#failure.succeeded();
    // The poll counts what is thrown.
    if (failures.size === addresses.size) throw first;
    report.failed("usage", first.reason);
    const [example] = [...failures.values()].map(({ message }) => message).toSorted();
    this.#failure.failed(`${failures.size} of ${addresses.size} kubelets were not read: ${example}`);
  }

  /** Reads nodes, and resolves to what became of those that could not be read. */
  async #readNodes(
    addresses: ReadonlyMap<string, string>,
    seen: Set<Member>,
    signal: AbortSignal,
  ): Promise<Map<string, ApiFailure>> {
    const { concurrency, requestSeconds } = this.#options;
    const waiting = this.#order.of(new Set(addresses.keys())).values();
    const failures = new Map<string, ApiFailure>();
    // Those that are silent, of which there may be many where a part of the cluster is gone, take no more time from the others.
    const round = new AbortController();
    const late = new ApiFailure(`its turn was not over within ${requestSeconds} s`, { reason: "timeout" });
    const timer = setTimeout(() => round.abort(late), requestSeconds * 1000);
    const abort = (): void => round.abort(signal.reason);
    signal.addEventListener("abort", abort);
    const lane = async (): Promise<void> => {
      for (const node of waiting) {
        const hasTurn = !round.signal.aborted;
        try {
          await this.#readNode(node, addresses.get(node)!, seen, round.signal);
          this.#order.asked(node, true);
        } catch (error) {
          signal.throwIfAborted();
          failures.set(node, failureOf(node, error));
          if (hasTurn) this.#order.asked(node, false);
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: concurrency }, lane));
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
    return failures;
  }

  close(): void {
    this.#agent?.agent.destroy();
  }

  async #readNode(node: string, address: string, seen: Set<Member>, signal: AbortSignal): Promise<void> {
    const { cluster } = this.#options;
    const { body, date } = await this.#get(node, address, signal);
    const samples = readResourceMetrics(await textOf(body), date ?? Date.now());
    const clock = { now: performance.now(), serverNow: date };
    let counters = this.#nodes.get(node);
    if (counters === undefined) this.#nodes.set(node, (counters = new NodeCounters(this.#readUntil)));
    for (const [member, ofPod] of byPod(samples, cluster, node)) {
      seen.add(member);
      setUsage(cluster, member, ofPod, counters, clock);
    }
    counters.endRead(samples.reduce((newest, { timestamp }) => Math.max(newest, timestamp), 0));
  }

  async #get(node: string, address: string, signal: AbortSignal): Promise<ApiAnswer> {
    const { api, viaApiServer, port, requestSeconds } = this.#options;
    const request = { accept: "text/plain;version=0.0.4", silenceMilliseconds: requestSeconds * 1000, signal };
    if (viaApiServer) return await api.get({ path: `/api/v1/nodes/${node}/proxy/metrics/resource`, ...request });
    const { headers, tls } = await api.access(request);
    const host = isIPv6(address) ? `[${address}]` : address;
    const agent = await this.#agentFor(tls);
    return await get(`https://${host}:${port}/metrics/resource`, { ...request, headers, options: { agent } });
  }

  async #agentFor(tls: AgentOptions): Promise<Agent> {
    const { caFile, insecureSkipVerify } = this.#options;
    const settings = {
      ...tls,
      ...(caFile !== undefined && { ca: await authorityOf(caFile) }),
      rejectUnauthorized: !insecureSkipVerify,
    };
    const text = JSON.stringify(settings);
    if (this.#agent?.settings !== text) {
      this.#agent?.agent.destroy();
      this.#agent = { agent: new Agent({ ...settings, keepAlive: true, maxFreeSockets: 1 }), settings: text };
    }
    return this.#agent.agent;
  }
}

async function authorityOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ApiFailure(`kubelet.ca_file cannot be read: ${messageOf(error)}`, {
      reason: "credentials",
      cause: error,
    });
  }
}

function failureOf(node: string, error: unknown): ApiFailure {
  const { status, reason } = error instanceof ApiFailure ? error : { status: undefined, reason: "malformed" as const };
  const { code = "" } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  const remedy = untrusted.has(code) ? "; name the authority of the kubelets' certificates in kubelet.ca_file" : "";
  return new ApiFailure(`node ${node}: ${messageOf(error)}${remedy}`, { status, reason });
}

// What Node.js says of a certificate that nobody known has signed, as those are that kubelets make for themselves.
const untrusted = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** The addresses of the nodes that have pods, by their names: pods tell, so that nodes need not be read. */
function addressesOf(cluster: Cluster): Map<string, string> {
  const addresses = new Map<string, string>();
  for (const { pod } of cluster.members()) {
    if (pod.node !== "" && pod.hostIp !== "" && !hasEnded(pod)) addresses.set(pod.node, pod.hostIp);
  }
  return addresses;
}

function byPod(samples: readonly ContainerSample[], cluster: Cluster, node: string): Map<Member, ContainerSample[]> {
  const pods = new Map<Member, ContainerSample[]>();
  for (const sample of samples) {
    const member = cluster.find(sample.namespace, sample.pod);
    // A node may still tell of a pod whose name has moved on to another, and of one that was before.
    if (member === undefined || member.pod.node !== node || sample.timestamp < member.pod.created) continue;
    const ofPod = pods.get(member);
    if (ofPod === undefined) pods.set(member, [sample]);
    else ofPod.push(sample);
  }
  return pods;
}

function setUsage(
  cluster: Cluster,
  member: Member,
  samples: readonly ContainerSample[],
  counters: NodeCounters,
  clock: Parameters<typeof takenAt>[2],
): void {
  const names: string[] = [];
  const cpu: number[] = [];
  const memory: number[] = [];
  const timestamp = Math.max(...samples.map((sample) => sample.timestamp));
  for (const sample of samples) {
    const used = counters.take(member.pod.uid, sample);
    const place = member.lastUsage?.names.indexOf(sample.container) ?? -1;
    const cores = used?.cores ?? (place === -1 ? undefined : member.lastUsage!.cpu[place]! / 1e9);
    if (used !== undefined) cluster.addCpuSeconds(member, used.cpuSeconds);
    // Two samples make a rate: after the first one nothing is known yet. A kubelet goes on telling of a container that has ended.
    if (cores === undefined || timestamp - sample.timestamp > longestLagMilliseconds) continue;
    names.push(sample.container);
    cpu.push(Math.round(cores * 1e9));
    memory.push(Math.round(sample.memory));
  }
  if (names.length === 0) return;
  cluster.setUsage(member, {
    names: cluster.reader.names(names),
    cpu,
    memory,
    timestamp,
    takenAt: takenAt(timestamp, member.lastUsage, clock),
  });
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > longestBytes) throw new ApiFailure(`it has more than ${longestBytes} bytes`, { reason: "malformed" });
  }
  return Buffer.concat(chunks).toString();
}
