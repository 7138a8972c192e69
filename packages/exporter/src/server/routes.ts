import type { IncomingMessage, ServerResponse } from "node:http";
import { ExporterError } from "../exporter-error.ts";

/** An answer to a GET or HEAD request. */
export interface Answer {
  readonly status?: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | readonly Uint8Array[];
  /** Called when the answer has been sent, or will not be. */
  readonly whenSent?: () => void;
}

/** Makes the answer for one path. */
export type Route = (request: IncomingMessage, response: ServerResponse) => Answer | Promise<Answer>;

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
      `Telemetry path ${JSON.stringify(telemetryPath)} is taken by another page: choose one other than ${Object.keys(others).join(", ")}.`,
    );
  }
  return new Map([...Object.entries(others), [telemetryPath, metrics]]);
}

/** Whether a URL's path may be this: not empty, and left as it is by those who read URLs. */
function isPath(text: string): boolean {
  return /^\/(?!\/)/.test(text) && new URL(text, "http://localhost").pathname === text;
}

/** The parameters behind the path of a request. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams(request.url?.split("?", 2)[1]);
}

/** The path of a request, whose target is a path or, as a proxy is asked, a whole URL. */
function pathOf({ url = "" }: IncomingMessage): string {
  return url.replace(/^https?:\/\/[^/?]*/i, "").split("?", 1)[0]!;
}

/** Answers one request: by its route, 404 where there is none, 405 for a method that only asks to change something. */
export async function answer(
  routes: Map<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = routes.get(pathOf(request));
  if (route === undefined) {
    send(response, { status: 404, body: `Not found. This server has ${[...routes.keys()].join(", ")}.\n` });
  } else if (request.method !== "GET" && request.method !== "HEAD") {
    const body = "Method not allowed: use GET or HEAD.\n";
    send(response, { status: 405, headers: { Allow: "GET, HEAD" }, body });
  } else {
    send(response, await route(request, response));
  }
}

function send(response: ServerResponse, given: Answer): void {
  const { status = 200, contentType, headers, body, whenSent } = given;
  const chunks = typeof body === "string" ? [Buffer.from(body)].filter(({ length }) => length > 0) : body;
  if (response.destroyed) whenSent?.();
  else if (whenSent !== undefined) response.once("close", whenSent);
  response.writeHead(status, {
    "Content-Type": contentType ?? "text/plain; charset=utf-8",
    "Content-Length": chunks.reduce((length, chunk) => length + chunk.length, 0),
    "X-Content-Type-Options": "nosniff",
    ...headers,
  });
  response.cork();
  let unsent = chunks.length;
  // A server that stops cuts off what has ended and is not yet sent: so this ends once it is.
  for (const chunk of chunks) response.write(chunk, () => --unsent === 0 && response.end());
  response.uncork();
  if (chunks.length === 0) response.end();
}
