import { ApiFailure } from "./api-failure.ts";
import { parse } from "./json-list.ts";

const newline = 0x0a;

/** Cuts a watch into its events, a line each, as they come. Throws an {@link ApiFailure} at one that is no JSON or too long. */
export async function* jsonLines(body: AsyncIterable<Buffer>, longestLine: number): AsyncGenerator<unknown[]> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of body) {
    const events: unknown[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line =
        pending.length === 0 ? chunk.subarray(start, end) : Buffer.concat([...pending, chunk.subarray(start, end)]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (line.length > 0) events.push(parse(line, "an event"));
    }
    const rest = chunk.subarray(start);
    pendingBytes += rest.length;
    if (pendingBytes > longestLine) {
      throw new ApiFailure(`an event is longer than ${longestLine} bytes`, { reason: "malformed" });
    }
    if (rest.length > 0) pending.push(rest);
    if (events.length > 0) yield events;
  }
}
