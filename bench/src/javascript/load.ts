// The process that loads a server: for each line `port connections requests` it does so many GETs over so many
// connections that are kept, and answers the time that they took; see `Answer` for the protocol.
import { connect } from "node:net";
import { createInterface } from "node:readline";

console.log("{}");
for await (const line of createInterface({ input: process.stdin })) {
  const [port, connections, requests] = line.split(" ").map(Number) as [number, number, number];
  const start = process.hrtime.bigint();
  const each = Math.ceil(requests / connections);
  const lengths = await Promise.all(Array.from({ length: connections }, () => request(port, each)));
  const nanoseconds = (Number(process.hrtime.bigint() - start) * requests) / (each * connections);
  console.log(JSON.stringify({ nanoseconds, bytes: lengths[0] }));
}

/**
 * Requests one after the other over one connection; returns the length of a body. It reads into one buffer and looks at
 * nothing but the length, so that it takes little of the machine.
 */
function request(port: number, times: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const buffer = Buffer.alloc(1 << 18);
    let answered = 0;
    let length = 0;
    let missing = -1;
    const receive = (count: number): boolean => {
      if (missing < 0) {
        // A head is written at once, so that it comes in one piece.
        const head = buffer.toString("latin1", 0, Math.min(count, 1000));
        length = Number(/content-length: (\d+)/i.exec(head)![1]);
        missing = length + head.indexOf("\r\n\r\n") + 4;
      }
      missing -= count;
      if (missing > 0) return true;
      if (++answered < times) return ask();
      resolve(length);
      socket.destroy();
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", onread: { buffer, callback: receive } });
    const ask = (): true => {
      missing = -1;
      socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
      return true;
    };
    socket.on("connect", ask).on("error", reject);
    socket.on("close", () => reject(new Error("The server closed the connection.")));
  });
}
