import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells the state and the counters of each port, bytes as those of four lanes", async () => {
  const port = "sys/class/infiniband/mlx5_0/ports/1";
  const lines = await samplesOf("infiniband", {
    "sys/class/infiniband/mlx5_0/fw_ver": "16.28\n",
    [`${port}/state`]: "4: ACTIVE\n",
    [`${port}/phys_state`]: "garbage\n",
    [`${port}/rate`]: "2.5 Gb/sec (1X)\n",
    [`${port}/counters/port_rcv_data`]: "10\n",
    [`${port}/counters/link_downed`]: "N/A (no PMA)\n",
    [`${port}/hw_counters/out_of_buffer`]: "3\n",
  });
  expect(lines).toEqual([
    'node_infiniband_info{device="mlx5_0",board_id="",firmware_version="16.28",hca_type=""} 1',
    'node_infiniband_out_of_buffer_drops_total{device="mlx5_0",port="1"} 3',
    'node_infiniband_port_data_received_bytes_total{device="mlx5_0",port="1"} 40',
    'node_infiniband_rate_bytes_per_second{device="mlx5_0",port="1"} 312500000',
    'node_infiniband_state_id{device="mlx5_0",port="1"} 4',
  ]);
});
