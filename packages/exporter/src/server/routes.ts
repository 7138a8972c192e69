import type { IncomingMessage, ServerResponse } from "node:http";
import { ExporterError } from "../exporter-error.ts";

/** An answer to a GET or HEAD request. */
export interface Answer {
  readonly status?: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Makes the answer for one path. */
export type Route = (request: IncomingMessage, response: ServerResponse) => Answer | Promise<Answer>;

/** The paths of a server, among them `telemetryPath`. Throws an {@link ExporterError} if that is malformed or taken. */
export function makeRoutes(
  telemetryPath: string,
  metrics: Route,
  others: Readonly<Record<string, Route>>,
): Map<string, Route> {
  if (!/^\/[^\s?#]*$/.test(telemetryPath)) {
    throw new ExporterError(
      "invalid_path",
      `Telemetry path ${JSON.stringify(telemetryPath)} is malformed: start it with "/" and leave out spaces, "?" and "#".`,
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

/** Answers one request: by its route, 404 where there is none, 405 for a method that only asks to change something. */
export async function answer(
  routes: Map<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = routes.get(request.url?.split("?", 1)[0] ?? "");
  if (route === undefined) {
    send(response, { status: 404, body: `Not found. This server has ${[...routes.keys()].join(", ")}.\n` });
  } else if (request.method !== "GET" && request.method !== "HEAD") {
    const body = "Method not allowed: use GET or HEAD.\n";
    send(response, { status: 405, headers: { Allow: "GET, HEAD" }, body });
  } else {
    send(response, await route(request, response));
  }
}

function send(response: ServerResponse, { status = 200, contentType, headers, body }: Answer): void {
  response.writeHead(status, {
    "Content-Type": contentType ?? "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    "X-Content-Type-Options": "nosniff",
    ...headers,
  });
  response.end(body);
}
