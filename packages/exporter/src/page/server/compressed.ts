import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Answer } from "../../server/routes.ts";

/** Shorter answers are as they are. */
const shortest = 1000;

/** Whether a client takes gzip. */
export function acceptsGzip({ headers }: IncomingMessage): boolean {
  return /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)/i.test(
    headers["accept-encoding"]?.toString() ?? "",
  );
}

/** An answer in JSON that nobody keeps, compressed if the client likes that. */
export async function jsonAnswer(request: IncomingMessage, value: unknown): Promise<Answer> {
  const text = JSON.stringify(value);
  const isCompressed = text.length > shortest && acceptsGzip(request);
  return {
    contentType: "application/json",
    headers: {
      "Cache-Control": "no-store",
      Vary: "Accept-Encoding",
      ...(isCompressed && { "Content-Encoding": "gzip" }),
    },
    body: isCompressed ? await promisify(gzip)(text, { level: 3 }) : text,
  };
}
