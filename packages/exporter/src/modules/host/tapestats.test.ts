import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const files = {
  "sys/class/scsi_tape/nst0/stats/in_flight": "9\n",
  "sys/class/scsi_tape/st0/stats/in_flight": "1\n",
  "sys/class/scsi_tape/st0/stats/io_ns": "9247011087720\n",
  "sys/class/scsi_tape/st0/stats/write_byte_cnt": "1496246784000\n",
};

it("tells of each drive once", async () => {
  expect(await samplesOf("tapestats", files)).toEqual([
    'node_tape_io_now{device="st0"} 1',
    'node_tape_io_time_seconds_total{device="st0"} 9247.01108772',
    'node_tape_written_bytes_total{device="st0"} 1496246784000',
  ]);
});

it("leaves out drives that are to be ignored", async () => {
  expect(await samplesOf("tapestats", files, { "ignored-devices": "^st0$" })).toEqual([]);
});
