// https://opentelemetry.io/docs/specs/semconv/http/http-metrics/: those of RFC 9110, PATCH of RFC 5789, and QUERY.
const known = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"]);

/** A request's method, or `_OTHER` for those that anybody could make up. */
export function methodLabel(method: string | undefined): string {
  return method !== undefined && known.has(method) ? method : "_OTHER";
}
