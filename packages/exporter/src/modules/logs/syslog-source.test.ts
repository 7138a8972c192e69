import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "./fixtures/free-port.ts";
import { LogFolder } from "./fixtures/logs-under-test.ts";

let folder: LogFolder;
beforeEach(() => {
  folder = new LogFolder();
});
afterEach(() => folder.dispose());

const lines = { name: "lines_total", type: "counter", help: "Lines." } as const;

describe("connections beyond the most there may be", () => {
  it("are counted one by one, and logged once in a while", async () => {
    const port = await freePort();
    const logged: object[] = [];
    const log = (fields: object): void => void logged.push(fields);
    const reading = await folder.start(
      { sources: [{ name: "s", syslog: { tcp: `127.0.0.1:${port}`, max_connections: 1 }, metrics: [lines] }] },
      { debug() {}, info: log, warn: log, error: log },
    );
    const first = connect(port, "127.0.0.1");
    await once(first, "connect");
    for (let refused = 0; refused < 20; refused++) {
      const socket = connect(port, "127.0.0.1").on("error", () => {});
      await once(socket, "close");
    }
    first.destroy();
    const samples = await reading.samples();
    expect(samples.get('exporterkit_logs_errors_total{source="s",kind="connection"}')).toBe(20);
    expect(logged).toEqual([{ source: "s", error: "no more than 1 connections may be open; raise max_connections" }]);
  });
});
