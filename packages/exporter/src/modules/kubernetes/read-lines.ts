import { ApiFailure } from "./api-failure.ts";

const newline = 0x0a;

/**
 * Cuts a watch into its events, a line each, and yields what `read` makes of those that have come. Throws an {@link ApiFailure} at
 * one that is too long, and what `read` throws.
 */
export async function* readLines<Event>(
  body: AsyncIterable<Buffer>,
  longestLine: number,
  read: (line: Buffer) => Event,
): AsyncGenerator<Event[]> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of body) {
    const events: Event[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line =
        pending.length === 0 ? chunk.subarray(start, end) : Buffer.concat([...pending, chunk.subarray(start, end)]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (line.length > 0) events.push(read(line));
    }
    const rest = chunk.subarray(start);
    pendingBytes += rest.length;
    if (pendingBytes > longestLine) {
      throw new ApiFailure(`an event is longer than ${longestLine} bytes`, { reason: "malformed" });
    }
    if (rest.length > 0) pending.push(rest);
    yield events;
  }
}
