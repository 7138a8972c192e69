/** What a request is taken apart into. */
export const requestParts = ["method", "path", "query", "protocol"] as const;

export type RequestPart = (typeof requestParts)[number];

const methods = new Set(
  "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH PURGE".split(
    " ",
  ),
);

/**
 * A part of `GET /path?query HTTP/1.1`, or of its target alone; undefined where there is none. Methods that do not exist, which
 * any client may send, are `other`.
 */
export function requestPart(request: string, part: RequestPart, isLine: boolean): string | undefined {
  const first = isLine ? request.indexOf(" ") : -1;
  if (isLine && first < 0) return undefined;
  if (part === "method") {
    const method = request.slice(0, first);
    return methods.has(method) ? method : "other";
  }
  const last = isLine ? request.lastIndexOf(" ") : -1;
  const hasProtocol = last > first && request.startsWith("HTTP/", last + 1);
  if (part === "protocol") return hasProtocol ? request.slice(last + 1) : undefined;
  const target = request.slice(first + 1, hasProtocol ? last : undefined);
  const question = target.indexOf("?");
  if (part === "query") return question < 0 ? undefined : target.slice(question + 1);
  return question < 0 ? target : target.slice(0, question);
}
