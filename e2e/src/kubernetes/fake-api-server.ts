import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import type { Pair } from "../certificates.ts";
import { freePort } from "../free-port.ts";
import { discovery } from "./discovery.ts";
import { FakeAccess, may } from "./fake-access.ts";
import { type ApiObject, FakeCluster } from "./fake-cluster.ts";
import { resourceMetrics } from "./fake-kubelet.ts";
import { FakeWatch } from "./fake-watch.ts";
import { parsePath, type ResourcePath } from "./resource-path.ts";
import { selection } from "./selectors.ts";

/** What goes wrong. A test sets it and takes it back. */
export interface Faults {
  /** Answers requests by this status instead, where it returns one. */
  refuse?: ((url: URL) => number | undefined) | undefined;
  /** Whether lists are cut off in the middle. */
  breaksLists?: boolean;
  /** Whether what is answered is no JSON. */
  garbles?: boolean;
  /** How many milliseconds pass between the pieces of an answer. */
  slowness?: number;
  /** Whether watches say nothing, though their connections stay. */
  stallsWatches?: boolean;
  /** Whether requests for watches get no answer at all. */
  ignoresWatches?: boolean;
  /** Whether continue tokens are no longer known. */
  expiresPages?: boolean;
}

/** A server that speaks as the API server of Kubernetes does, to those who list, watch and read metrics. */
export class FakeApiServer {
  readonly cluster = new FakeCluster();
  readonly access = new FakeAccess();
  readonly faults: Faults = {};
  /** The requests that came, as method and URL. */
  readonly requests: string[] = [];
  /** How often watches are told that they are up to date. */
  bookmarkMilliseconds = 200;
  readonly #pair: Pair;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<FakeWatch>();
  #server: Server | undefined;
  #port = 0;

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** Listens, after {@link FakeApiServer.stop} where it listened before. */
  async start(): Promise<void> {
    this.#server = createServer({ ...this.#pair }, (request, response) => void this.#answer(request, response));
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#port ||= await freePort();
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Is gone, with all its connections. */
  async stop(): Promise<void> {
    const closed = once(this.#server!, "close");
    this.#server!.close();
    this.breakConnections();
    await closed;
  }

  /** Breaks all connections, in the middle of whatever is being said. */
  breakConnections(): void {
    for (const watch of this.#watches) watch.stop();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Breaks all watches in the middle of a line. */
  breakWatches(): void {
    for (const watch of this.#watches) watch.breakOff();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    this.requests.push(`${request.method} ${request.url}`);
    response.setHeader("Date", new Date(this.cluster.now()).toUTCString());
    response.setHeader("Audit-Id", "0");
    const user = this.access.userOf(request.headers.authorization);
    if (user === undefined) return send(response, status(401, "Unauthorized", "Unauthorized"));
    const refused = this.faults.refuse?.(url);
    if (refused !== undefined) return send(response, status(refused, "InternalError", "an error on the server"));
    if (this.faults.garbles) return void response.end('{"kind": "PodList", "items": [{]');
    if (request.method === "POST" && url.pathname.endsWith("/selfsubjectaccessreviews")) {
      if (!request.headers["content-type"]?.includes("json")) {
        return send(response, status(415, "UnsupportedMediaType", "only JSON is understood here"));
      }
      return send(response, reviewed(await bodyOf(request), user));
    }
    const found = discovery(url.pathname);
    if (found !== undefined) return send(response, { code: 200, ...found });
    const path = parsePath(url.pathname);
    if (path === undefined)
      return send(response, status(404, "NotFound", "the server could not find the requested resource"));
    const isWatch = url.searchParams.get("watch") === "true" || url.searchParams.get("watch") === "1";
    const verb = isWatch ? "watch" : path.name === undefined ? "list" : "get";
    if (!may(user, verb, path.resource, path.namespace)) return send(response, forbidden(user.name, verb, path));
    if (isWatch && this.faults.ignoresWatches) return;
    if (isWatch) return this.#watch(url, path, response);
    if (path.resource === "nodes/proxy") return void response.end(resourceMetrics(this.cluster, path.name!));
    const body = path.name === undefined ? this.#list(url, path) : this.#get(path);
    if (this.faults.breaksLists && path.name === undefined) return cutOff(response, body.json);
    if (this.faults.slowness !== undefined) return await dribble(response, body.json, this.faults.slowness);
    send(response, body);
  }

  #list(url: URL, path: ResourcePath): Answer {
    const all = this.#objects(path).filter(selection(url.searchParams));
    if (path.group !== "")
      return { code: 200, json: { kind: "PodMetricsList", apiVersion: path.group, metadata: {}, items: all } };
    const limit = Number(url.searchParams.get("limit") ?? 0);
    const token = url.searchParams.get("continue");
    if (token !== null && this.faults.expiresPages) {
      return status(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
    }
    const [version, offset] =
      token === null
        ? [this.cluster.version, 0]
        : (JSON.parse(Buffer.from(token, "base64url").toString()) as [number, number]);
    const items = limit > 0 ? all.slice(offset, offset + limit) : all.slice(offset);
    const remaining = all.length - offset - items.length;
    const next = Buffer.from(JSON.stringify([version, offset + items.length])).toString("base64url");
    const metadata = {
      resourceVersion: String(version),
      ...(remaining > 0 && {
        continue: next,
        ...(url.search.includes("elector=") ? {} : { remainingItemCount: remaining }),
      }),
    };
    // The items of a list have neither kind nor version of their own.
    const bare = items.map(({ metadata: of, spec, status: is }) => ({ metadata: of, spec, status: is }));
    return {
      code: 200,
      json: { kind: path.resource === "nodes" ? "NodeList" : "PodList", apiVersion: "v1", metadata, items: bare },
    };
  }

  #get(path: ResourcePath): Answer {
    const object = this.#objects(path).find(({ metadata }) => metadata.name === path.name);
    if (object !== undefined) return { code: 200, json: object };
    return status(404, "NotFound", `${path.resource} "${path.name}" not found`);
  }

  #objects({ resource, namespace }: ResourcePath): ApiObject[] {
    const { pods, nodes } = this.cluster;
    if (resource === "nodes") return [...nodes.values()];
    const inNamespace = [...pods.values()].filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
    if (resource === "pods") return inNamespace;
    return inNamespace.flatMap((pod) => this.#podMetrics(pod));
  }

  #podMetrics({ metadata: { name, namespace, labels } }: ApiObject): ApiObject[] {
    const usage = this.cluster.usage.get(`${namespace}/${name}`);
    if (usage === undefined) return [];
    const containers = Object.entries(usage).map(([container, used]) => ({ name: container, usage: used }));
    const metadata = {
      name,
      namespace,
      labels,
      creationTimestamp: this.cluster.time(),
    } as unknown as ApiObject["metadata"];
    const kind = { kind: "PodMetrics", apiVersion: "metrics.k8s.io/v1beta1" };
    return [{ ...kind, metadata, timestamp: this.cluster.time(), window: "15s", containers } as ApiObject];
  }

  #watch(url: URL, path: ResourcePath, response: ServerResponse): void {
    const watch = new FakeWatch(response, {
      cluster: this.cluster,
      faults: this.faults,
      query: url.searchParams,
      namespace: path.namespace,
      bookmarkMilliseconds: this.bookmarkMilliseconds,
    });
    this.#watches.add(watch);
    response.on("close", () => this.#watches.delete(watch));
    watch.start();
  }
}

/** An answer as JSON. */
interface Answer {
  readonly code: number;
  readonly json: unknown;
}

function send(response: ServerResponse, { code, json }: Answer): void {
  response.writeHead(code, { "Content-Type": "application/json" }).end(`${JSON.stringify(json)}\n`);
}

/** A Status, which is how the API server says no. */
function status(code: number, reason: string, message: string, details: object = {}): Answer {
  return {
    code,
    json: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code },
  };
}

function forbidden(user: string, verb: string, { resource, namespace }: ResourcePath): Answer {
  const [kind, group = ""] = resource.split(/\.(.*)/);
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const message = `${resource} is forbidden: User "${user}" cannot ${verb} resource "${kind}" in API group "${group}" ${where}`;
  return status(403, "Forbidden", message, { group, kind });
}

function reviewed(body: string, user: Parameters<typeof may>[0]): Answer {
  const review = JSON.parse(body) as { spec: { resourceAttributes: Record<string, string> } };
  const { verb = "", resource = "", group = "", namespace, subresource } = review.spec.resourceAttributes;
  const name = `${resource}${group === "" ? "" : `.${group}`}${subresource ? `/${subresource}` : ""}`;
  return { code: 201, json: { ...review, status: { allowed: may(user, verb, name, namespace || undefined) } } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function cutOff(response: ServerResponse, json: unknown): void {
  const text = JSON.stringify(json);
  response.writeHead(200, { "Content-Type": "application/json" });
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}

async function dribble(response: ServerResponse, json: unknown, milliseconds: number): Promise<void> {
  const text = Buffer.from(JSON.stringify(json));
  response.writeHead(200, { "Content-Type": "application/json" });
  for (let i = 0; i < text.length && !response.destroyed; i += 97) {
    response.write(text.subarray(i, i + 97));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
  response.end();
}
