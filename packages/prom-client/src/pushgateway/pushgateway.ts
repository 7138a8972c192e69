import type { IncomingMessage, RequestOptions } from "node:http";
import { urlToHttpOptions } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { PrometheusContentType, RegistryContentType } from "../content-type.ts";
import { register, type Registry } from "../registry.ts";
import { groupingPath } from "./grouping-path.ts";
import { request } from "./request.ts";

/** What a Pushgateway has answered. */
interface PushgatewayAnswer {
  /** Node's response, read to its end. */
  readonly resp: IncomingMessage;
  readonly body: string;
}

/** Options of a {@link Pushgateway}: those of `http.request()` and `https.request()`, and one more. */
type PushgatewayOptions = RequestOptions & {
  /** Whether a call without a `jobName` throws. Default: true. */
  requireJobName?: boolean;
};

export declare namespace Pushgateway {
  /** Says which group of metrics is meant. */
  interface Parameters {
    /** The value of the label `job`. */
    jobName: string;
    /** Further labels of the group. Default: none. */
    groupings?: { [key: string]: string };
  }
}

/** Pushes the metrics of a registry to a Pushgateway, for jobs that do not live long enough to be scraped. */
export class Pushgateway<T extends RegistryContentType = PrometheusContentType> {
  readonly registry: Registry<T>;
  readonly gatewayUrl: string;
  readonly requireJobName: boolean;
  readonly requestOptions: RequestOptions;

  /**
   * @param url where the gateway is: `http:` or `https:`, with a path and with credentials if there are any.
   * @param options Default: none.
   * @param registry Default: the default registry.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- as prom-client declares it: anything may be typed as options
  constructor(url: string, options?: any, registry?: Registry<T>) {
    const { requireJobName = true, ...requestOptions } = (options ?? {}) as PushgatewayOptions;
    this.registry = registry ?? (register as Registry<T>);
    this.gatewayUrl = url;
    this.requireJobName = requireJobName;
    this.requestOptions = requestOptions;
  }

  /**
   * Replaces the metrics of the group that have the name of one of the registry's, and leaves the others. Throws if there
   * is no job name and one is required; rejects if the gateway cannot be reached or answers with a status of 400 or above.
   */
  pushAdd(params: Partial<Pushgateway.Parameters> = {}): Promise<PushgatewayAnswer> {
    return this.#send("POST", params);
  }

  /** Replaces all the metrics of the group. Fails as {@link pushAdd} does. */
  push(params: Partial<Pushgateway.Parameters> = {}): Promise<PushgatewayAnswer> {
    return this.#send("PUT", params);
  }

  /** Removes all the metrics of the group. Fails as {@link pushAdd} does. */
  delete(params: Partial<Pushgateway.Parameters> = {}): Promise<PushgatewayAnswer> {
    return this.#send("DELETE", params);
  }

  #send(method: string, { jobName, groupings }: Partial<Pushgateway.Parameters>): Promise<PushgatewayAnswer> {
    if (this.requireJobName && !jobName) throw new Error("Missing jobName parameter");
    return this.#exchange(method, jobName, groupings);
  }

  async #exchange(
    method: string,
    job: string | undefined,
    groupings: Pushgateway.Parameters["groupings"],
  ): Promise<PushgatewayAnswer> {
    const url = new URL(this.gatewayUrl);
    const path = `${url.pathname === "/" ? "" : url.pathname}/metrics${groupingPath(job, groupings)}`;
    const { protocol, hostname, port, auth } = urlToHttpOptions(url);
    const options = { protocol, hostname, port, auth, path, ...this.requestOptions, method };
    if (method === "DELETE") return answerOf(await request(withoutEncoding(options)));

    // Before there is a connection, which would be left open if a metric fails.
    const metrics = await this.registry.metrics();
    return answerOf(await request(options, isGzip(options) ? await promisify(gzip)(metrics) : metrics));
  }
}

function answerOf({ response: resp, body }: Awaited<ReturnType<typeof request>>): PushgatewayAnswer {
  if (resp.statusCode! >= 400) throw new Error(`push failed with status ${resp.statusCode}, ${body}`);
  return { resp, body };
}

const isContentEncoding = (name: string): boolean => name.toLowerCase() === "content-encoding";

function isGzip({ headers = {} }: RequestOptions): boolean {
  return Object.entries(headers).some(([name, value]) => isContentEncoding(name) && value === "gzip");
}

/** For a request without a body. The headers are the caller's, who pushes with them the next time. */
function withoutEncoding(options: RequestOptions): RequestOptions {
  const { headers } = options;
  if (headers === undefined || Array.isArray(headers)) return options;
  return {
    ...options,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !isContentEncoding(name))),
  };
}
