import { describe, expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const header = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
const files = {
  "proc/net/dev": `${header}    lo:  100      1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth0:1234567890123 17 1 2 3 4 5 6 2000 18 7 8 9 10 11 12
`,
  "sys/class/net/eth0/statistics/rx_nohandler": "21\n",
};

describe("the netdev collector", () => {
  it("tells each column by node_exporter's names", async () => {
    const lines = await samplesOf("netdev", files, { "device-exclude": "^lo$" });
    expect(lines.toSorted()).toEqual(
      [
        "receive_bytes 1234567890123",
        "receive_packets 17",
        "receive_errs 1",
        "receive_drop 2",
        "receive_fifo 3",
        "receive_frame 4",
        "receive_compressed 5",
        "receive_multicast 6",
        "receive_nohandler 21",
        "transmit_bytes 2000",
        "transmit_packets 18",
        "transmit_errs 7",
        "transmit_drop 8",
        "transmit_fifo 9",
        "transmit_colls 10",
        "transmit_carrier 11",
        "transmit_compressed 12",
      ]
        .map((sample) => {
          const [field, value] = sample.split(" ");
          return `node_network_${field}_total{device="eth0"} ${value}`;
        })
        .toSorted(),
    );
  });

  it("takes every device unless it is told which", async () => {
    const bytes = async (options?: object): Promise<string[]> =>
      (await samplesOf("netdev", files, options)).filter((line) => line.startsWith("node_network_receive_bytes"));
    expect(await bytes()).toHaveLength(2);
    expect(await bytes({ "device-include": "^e" })).toEqual([
      'node_network_receive_bytes_total{device="eth0"} 1234567890123',
    ]);
    await expect(bytes({ "device-include": "^e", "device-exclude": "^l" })).rejects.toMatchObject({
      code: "invalid_option",
    });
  });

  it("reads odd names, and leaves out the lines that it cannot read", async () => {
    const lines = await samplesOf("netdev", {
      "proc/net/dev": `${header}  eth0:1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
 großes-netz: 2 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
  short: 1 2 3
  bad: 1 2 3 x 5 6 7 8 9 10 11 12 13 14 15 16
  cut: 1 2 3 4 5 6`,
    });
    expect(lines.filter((line) => line.startsWith("node_network_receive_bytes"))).toEqual([
      'node_network_receive_bytes_total{device="eth0:1"} 1',
      'node_network_receive_bytes_total{device="großes-netz"} 2',
    ]);
  });

  it("fails where the file is none of the kind", async () => {
    await expect(samplesOf("netdev", { "proc/net/dev": "garbage\n" })).rejects.toThrow("net/dev has no header");
  });
});
