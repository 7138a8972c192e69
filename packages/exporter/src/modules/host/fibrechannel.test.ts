import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells what each port says of itself, and counters that its adapter has", async () => {
  const lines = await samplesOf("fibrechannel", {
    "sys/class/fc_host/host0/speed": "16 Gbit\n",
    "sys/class/fc_host/host0/port_id": "0x000002\n",
    "sys/class/fc_host/host0/statistics/dumped_frames": "0xffffffffffffffff\n",
    "sys/class/fc_host/host0/statistics/error_frames": "0x1f\n",
    "sys/class/fc_host/host0/statistics/rx_words": "NaN\n",
  });
  expect(lines).toEqual([
    'node_fibrechannel_error_frames_total{fc_host="host0"} 31',
    'node_fibrechannel_info{fc_host="host0",speed="16 Gbit",port_state="",port_type="",port_id="000002",port_name="",' +
      'fabric_name="",symbolic_name="",supported_classes="",supported_speeds="",dev_loss_tmo=""} 1',
  ]);
});
