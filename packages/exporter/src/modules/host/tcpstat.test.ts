import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const socket = (number: number, state: string, queues: string): string =>
  `${String(number).padStart(4)}: 0100007F:0016 0100007F:C3D2 ${state} ${queues} 00:00000000 00000000     0        0 2740 1\n`;

it("counts the connections of each state, and adds up their queues", async () => {
  const lines = await samplesOf("tcpstat", {
    "proc/net/tcp": head + socket(0, "0A", "00000000:00000001") + socket(1, "01", "00000010:00000000") + "   2: 0100",
    "proc/net/tcp6": head + socket(0, "0A", "00000000:00000002") + socket(1, "0C", "00000000:00000000"),
  });
  const values = new Map(lines.map((line) => [/"(.+)"/.exec(line)![1], Number(line.split(" ")[1])]));
  expect(values.size).toBe(14);
  const told = [...values].filter(([, value]) => value > 0);
  expect(told).toEqual([
    ["established", 1],
    ["listen", 2],
    ["rx_queued_bytes", 3],
    ["tx_queued_bytes", 16],
    ["unknown", 1],
  ]);
});
