import { type IncomingMessage, request as requestHttp, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";

/** Sends a request and reads what is answered. Rejects if either fails, or if the connection is idle for too long. */
export function request(
  options: RequestOptions,
  content?: string | Uint8Array,
): Promise<{ response: IncomingMessage; body: string }> {
  const start = options.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = start(options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ response, body }));
      // A connection that breaks in the middle of an answer has no end.
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.on("timeout", () => outgoing.destroy(new Error("Pushgateway request timed out")));
    if (content !== undefined) outgoing.write(content);
    outgoing.end();
  });
}
