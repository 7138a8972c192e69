// The process that loads a server: for each line `port path connections requests scrapers` it does so many GETs over so many
// connections that are kept, while so many scrapers ask for the metrics without a pause, and answers the time that the
// requests took, and how long one of a hundred took at least; see `Answer` for the protocol.
import { connect } from "node:net";
import { createInterface } from "node:readline";

console.log("{}");
for await (const line of createInterface({ input: process.stdin })) {
  const [port, path, ...numbers] = line.split(" ");
  const [connections = 1, requests = 1, scrapers = 0] = numbers.map(Number);
  const each = Math.ceil(requests / connections);
  const latencies = new Float64Array(each * connections);
  const done = new AbortController();
  const scraping = Array.from({ length: scrapers }, () =>
    request({ port: Number(port), path: "/metrics", times: Infinity, until: done.signal }),
  );
  const start = process.hrtime.bigint();
  const lengths = await Promise.all(
    Array.from({ length: connections }, (_, i) =>
      request({ port: Number(port), path: path!, times: each, latencies: latencies.subarray(i * each) }),
    ),
  );
  const nanoseconds = (Number(process.hrtime.bigint() - start) * requests) / (each * connections);
  done.abort();
  await Promise.all(scraping);
  const p99 = latencies.sort()[Math.floor(latencies.length * 0.99)]! * 1e6;
  console.log(JSON.stringify({ nanoseconds, bytes: lengths[0], p99 }));
}

interface Requests {
  readonly port: number;
  readonly path: string;
  readonly times: number;
  /** Where the milliseconds of each request go. */
  readonly latencies?: Float64Array;
  readonly until?: AbortSignal;
}

/**
 * Requests one after the other over one connection; returns the length of a body. It reads into one buffer and looks at
 * nothing but the length, so that it takes little of the machine.
 */
function request({ port, path, times, latencies, until }: Requests): Promise<number> {
  return new Promise((resolve, reject) => {
    const buffer = Buffer.alloc(1 << 18);
    let answered = 0;
    let length = 0;
    let missing = -1;
    let asked = 0;
    const receive = (count: number): boolean => {
      if (missing < 0) {
        // A head is written at once, so that it comes in one piece.
        const head = buffer.toString("latin1", 0, Math.min(count, 1000));
        length = Number(/content-length: (\d+)/i.exec(head)![1]);
        missing = length + head.indexOf("\r\n\r\n") + 4;
      }
      missing -= count;
      if (missing > 0) return true;
      if (latencies !== undefined) latencies[answered] = performance.now() - asked;
      if (++answered < times && until?.aborted !== true) return ask();
      resolve(length);
      socket.destroy();
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", onread: { buffer, callback: receive } });
    const ask = (): true => {
      missing = -1;
      asked = performance.now();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return true;
    };
    socket.on("connect", ask).on("error", reject);
    socket.on("close", () => reject(new Error("The server closed the connection.")));
  });
}
