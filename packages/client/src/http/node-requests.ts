import { countRequestBody, countResponseBody } from "./body-sizes.ts";
import type { MeasuredRequests } from "./measured-requests.ts";
import { headerOf, type NodeRequest, type NodeResponse } from "./node-http.ts";

/** A request and its response. */
export interface NodeExchange<Request extends NodeRequest = NodeRequest, Response extends NodeResponse = NodeResponse> {
  readonly request: Request;
  readonly response: Response;
}

/** What measures a response; whoever comes later and counts in the same place only knows the route better. */
const measurement = Symbol("measurement");

interface Measurement {
  readonly place: object;
  routeOf: () => string | undefined;
}

/**
 * Measures a request from now on until its response is closed, however that comes about. `routeOf` is asked then for the
 * pattern that it matched; `subject` is what extra labels are asked about.
 */
export function measure<Subject>(
  requests: MeasuredRequests<Subject>,
  { request, response }: NodeExchange,
  subject: Subject,
  routeOf: () => string | undefined,
): void {
  const marked = response as { [measurement]?: Measurement };
  if (marked[measurement]?.place === requests.place) {
    marked[measurement].routeOf = routeOf;
    return;
  }
  const measured: Measurement = { place: requests.place, routeOf };
  marked[measurement] = measured;
  const inFlight = requests.begin((name) => headerOf(request, name));
  // A framework may write over it later.
  const { method } = request;
  const requestSize = requests.measuresRequestSize ? countRequestBody(request) : undefined;
  const responseSize = requests.measuresResponseSize ? countResponseBody(response) : undefined;
  response.on("close", () => {
    requests.end(inFlight, {
      subject,
      method,
      routeOf: () => measured.routeOf(),
      status: response.headersSent ? response.statusCode : undefined,
      requestSize: requestSize?.(),
      responseSize: method === "HEAD" ? 0 : responseSize?.(),
    });
  });
}

/**
 * Counts a request that took so many milliseconds and was answered before it could be measured, without the sizes of its
 * bodies. One that has been measured in the same place it leaves alone.
 */
export function measureAnswered<Subject>(
  requests: MeasuredRequests<Subject>,
  { request, response }: NodeExchange,
  subject: Subject,
  routeOf: () => string | undefined,
  milliseconds: number,
): void {
  const marked = response as { [measurement]?: Measurement };
  if (marked[measurement]?.place === requests.place) return;
  marked[measurement] = { place: requests.place, routeOf };
  const { start, exemplar } = requests.begin((name) => headerOf(request, name));
  requests.end(
    { start: start - milliseconds, exemplar },
    {
      subject,
      method: request.method,
      routeOf,
      status: response.headersSent ? response.statusCode : undefined,
    },
  );
}
