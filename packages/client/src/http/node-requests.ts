import { countRequestBody, countResponseBody } from "./body-sizes.ts";
import type { MeasuredRequests } from "./measured-requests.ts";
import { isMeasured, markMeasured, tellRoute } from "./measurement.ts";
import { headerOf, onClosed, type NodeRequest, type NodeResponse, statusOf } from "./node-http.ts";

/** A request and its response. */
export interface NodeExchange<Request extends NodeRequest = NodeRequest, Response extends NodeResponse = NodeResponse> {
  readonly request: Request;
  readonly response: Response;
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
  if (tellRoute(response, requests.place, routeOf)) return;
  const bestRouteOf = markMeasured(response, requests.place, routeOf);
  const inFlight = requests.begin((name) => headerOf(request, name));
  // A framework may write over it later.
  const { method } = request;
  const requestSize = requests.measuresRequestSize ? countRequestBody(request) : undefined;
  const responseSize = requests.measuresResponseSize ? countResponseBody(response) : undefined;
  onClosed(request, response, () => {
    requests.end(inFlight, {
      subject,
      method,
      routeOf: bestRouteOf,
      status: statusOf(request, response),
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
  if (isMeasured(response, requests.place)) return;
  markMeasured(response, requests.place, routeOf);
  const { start, exemplar } = requests.begin((name) => headerOf(request, name));
  requests.end(
    { start: start - milliseconds, exemplar },
    {
      subject,
      method: request.method,
      routeOf,
      status: statusOf(request, response),
    },
  );
}
