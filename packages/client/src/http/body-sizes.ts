import { headerOf, type NodeRequest } from "./node-http.ts";

/** Counts the bytes of a request's body, as far as it is read, unless its Content-Length says how many there are. */
export function countRequestBody(request: NodeRequest): () => number {
  const length = headerOf(request, "content-length");
  if (length !== undefined && /^\d+$/.test(length)) return () => Number(length);
  let bytes = 0;
  // What parses requests hands each piece of the body to this method.
  const stream = request as { push?: (chunk: unknown, encoding?: string) => boolean };
  const push = stream.push;
  if (push === undefined) return () => 0;
  stream.push = (chunk, encoding) => {
    bytes += sizeOf(chunk, encoding);
    return push.call(request, chunk, encoding);
  };
  return () => bytes;
}

type Write = (this: unknown, ...args: unknown[]) => unknown;

/** Counts the bytes that are written to a response's body. */
export function countResponseBody(response: object): () => number {
  let bytes = 0;
  let isWriting = false;
  const stream = response as { write: Write; end: Write };
  for (const name of ["write", "end"] as const) {
    const method = stream[name];
    stream[name] = function counted(...args) {
      // That of HTTP/2 ends by writing.
      if (isWriting) return method.apply(this, args);
      bytes += sizeOf(args[0], args[1]);
      isWriting = true;
      try {
        return method.apply(this, args);
      } finally {
        isWriting = false;
      }
    };
  }
  return () => bytes;
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (chunk instanceof Uint8Array) return chunk.length;
  if (typeof chunk !== "string") return 0;
  return Buffer.byteLength(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
}
