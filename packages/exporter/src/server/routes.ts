import type { IncomingMessage, ServerResponse } from "node:http";
import { ExporterError } from "../exporter-error.ts";

/** An answer to a GET or HEAD request. */
export interface Answer {
  readonly status?: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Makes the answer for one path, or gives it itself. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => Answer | Promise<Answer | void>;

/** What is at one path. */
export interface Route {
  /** The methods that it takes; others are answered 405. */
  readonly methods: readonly string[];
  readonly respond: Respond;
  /** Whether it is a part of a page, of no use to people. Default: false. */
  readonly isPart?: boolean;
}

/** A route that is read. */
export function get(respond: Respond): Route {
  return { methods: ["GET", "HEAD"], respond };
}

/** The paths of a server, among them `telemetryPath`. Throws an {@link ExporterError} if that is malformed or taken. */
export function makeRoutes(
  telemetryPath: string,
  metrics: Route,
  others: Readonly<Record<string, Route>>,
): Map<string, Route> {
  if (!isPath(telemetryPath)) {
    throw new ExporterError(
      "invalid_path",
      `Telemetry path ${JSON.stringify(telemetryPath)} is malformed: write it as it stands in a URL, such as /metrics.`,
    );
  }
  if (telemetryPath in others) {
    throw new ExporterError(
      "invalid_path",
      `Telemetry path ${JSON.stringify(telemetryPath)} is taken by another page: choose one other than ${listed(Object.entries(others))}.`,
    );
  }
  return new Map([...Object.entries(others), [telemetryPath, metrics]]);
}

/** Whether a URL's path may be this: not empty, and left as it is by those who read URLs. */
export function isPath(text: string): boolean {
  return /^\/(?!\/)/.test(text) && new URL(text, "http://localhost").pathname === text;
}

/** The paths that people may want. */
function listed(routes: Iterable<readonly [path: string, route: Route]>): string {
  return [...routes].flatMap(([path, { isPart }]) => (isPart === true ? [] : [path])).join(", ");
}

/** The path of a request, whose target is a path or, as a proxy is asked, a whole URL. */
function pathOf({ url = "" }: IncomingMessage): string {
  return url.replace(/^https?:\/\/[^/?]*/i, "").split("?", 1)[0]!;
}

/** Answers one request: by its route, 404 where there is none, 405 for a method that it does not take. */
export async function answer(
  routes: Map<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = routes.get(pathOf(request));
  if (route === undefined) {
    send(response, { status: 404, body: `Not found. This server has ${listed(routes)}.\n` });
  } else if (!route.methods.includes(request.method ?? "")) {
    const body = `Method not allowed: use ${route.methods.join(" or ")}.\n`;
    send(response, { status: 405, headers: { Allow: route.methods.join(", ") }, body });
  } else {
    const given = await route.respond(request, response);
    if (given !== undefined) send(response, given);
  }
}

function send(response: ServerResponse, { status = 200, contentType, headers = {}, body }: Answer): void {
  for (const [name, value] of Object.entries(headers)) {
    // What the web configuration says goes before what a page says.
    if (!response.hasHeader(name)) response.setHeader(name, value);
  }
  response.writeHead(status, {
    "Content-Type": contentType ?? "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}
