import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const zeros = (count: number): string => " 00000000".repeat(count);

it("tells each CPU by its number, the second having been taken offline", async () => {
  const lines = await samplesOf("softnet", {
    "proc/net/softnet_stat":
      `020ce087 00000001 00000002${zeros(5)} 00000003 00000004 00000005 00000006 00000000 00000000 00000000\n` +
      `0203f1ba 00000000 00000000${zeros(5)} 00000000 00000000 00000000 00000000 00000002 00000000 00000000\n`,
  });
  expect(lines.filter((line) => line.includes('"0"')).toSorted()).toEqual([
    'node_softnet_backlog_len{cpu="0"} 6',
    'node_softnet_cpu_collision_total{cpu="0"} 3',
    'node_softnet_dropped_total{cpu="0"} 1',
    'node_softnet_flow_limit_count_total{cpu="0"} 5',
    'node_softnet_processed_total{cpu="0"} 34398343',
    'node_softnet_received_rps_total{cpu="0"} 4',
    'node_softnet_times_squeezed_total{cpu="0"} 2',
  ]);
  expect(lines).toContain('node_softnet_processed_total{cpu="2"} 33812922');
  expect(lines.join("\n")).not.toContain('cpu="1"');
});

it("counts the CPUs itself on kernels of old, and leaves out what those do not tell", async () => {
  const lines = await samplesOf("softnet", {
    "proc/net/softnet_stat": `0000000a${zeros(8)}\n0000000b${zeros(8)}\n0000`,
  });
  expect(lines.filter((line) => line.includes('"1"')).toSorted()).toEqual([
    'node_softnet_cpu_collision_total{cpu="1"} 0',
    'node_softnet_dropped_total{cpu="1"} 0',
    'node_softnet_processed_total{cpu="1"} 11',
    'node_softnet_times_squeezed_total{cpu="1"} 0',
  ]);
});
