import type { MeasuredRequests } from "./measured-requests.ts";
import { markMeasured, tellRoute } from "./measurement.ts";
import { contentLength } from "./node-http.ts";

/**
 * Measures a request in the manner of Fetch until `answer` has given its response, or has failed, which counts as a 500.
 * `routeOf` is asked then for the pattern that it matched; `subjectOf` gives what extra labels are asked about.
 */
export async function measureFetch<Subject>(
  requests: MeasuredRequests<Subject>,
  request: Request,
  subjectOf: (response: Response | undefined) => Subject,
  routeOf: () => string | undefined,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  if (tellRoute(request, requests.place, routeOf)) return await answer();
  const bestRouteOf = markMeasured(request, requests.place, routeOf);
  const inFlight = requests.begin((name) => request.headers.get(name) ?? undefined);
  let response: Response | undefined;
  try {
    response = await answer();
    return response;
  } finally {
    const { method, headers, signal } = request;
    requests.end(inFlight, {
      subject: subjectOf(response),
      method,
      routeOf: bestRouteOf,
      status: signal.aborted ? undefined : (response?.status ?? 500),
      requestSize: contentLength(headers.get("content-length")),
      responseSize: method === "HEAD" ? 0 : contentLength(response?.headers.get("content-length")),
    });
  }
}
