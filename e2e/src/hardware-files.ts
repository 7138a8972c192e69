/** What the kernel says on a machine that has much of what this one lacks, by the paths of the files from its root. */
export const hardwareFiles: Readonly<Record<string, string>> = {
  ...under("sys/class/powercap", {
    "intel-rapl/enabled": "1\n",
    ...zone("intel-rapl:0", "package-0", 240_422_366_267),
    ...zone("intel-rapl:0:0", "core", 118_821_284_256),
    ...zone("intel-rapl:1", "package-1", 77),
    ...zone("intel-rapl:1:0", "core", 9_876_543),
  }),
  ...under("sys/fs/xfs/sda1/stats", {
    stats: `extent_alloc 1 2 3 4
abt 5 6 7 8
blk_map 9 10 11 12 13 14 15
bmbt 16 17 18 19
dir 20 21 22 23
trans 24 25 26
ig 27 28 29 30 31 32 33
log 34 35 36 37 38
push_ail 39 40 41 42 43 44 45 46 47 48
xstrat 49 50
rw 51 52
attr 53 54 55 56
icluster 57 58 59
vnodes 60 61 62 63 64 65 66 67
buf 68 69 70 71 72 73 74 75 76
abtb2 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
qm 0 0 0 0 0 0 0 0
xpc 399724544 92823103 86219234
debug 0
`,
  }),
  "proc/fs/xfs/stat": "",
  ...under("sys/fs/bcache", {
    register: "",
    ...under("deaddd54-c735-46d5-868e-f331c5fd7c74", {
      average_key_size: "10\n",
      btree_cache_size: "1.2M\n",
      cache_available_percent: "99\n",
      congested: "3\n",
      root_usage_percent: "7\n",
      tree_depth: "2\n",
      "internal/active_journal_entries": "1\n",
      "internal/btree_nodes": "11\n",
      "internal/btree_read_average_duration_us": "1305\n",
      "internal/cache_read_races": "4\n",
      ...bcacheStats("stats_five_minute", 100),
      ...bcacheStats("stats_total", 200),
      "bdev0/dirty_data": "1.9k\n",
      "bdev0/writeback_rate_debug":
        "rate:\t\t1.1M/sec\ndirty:\t\t20.4G\ntarget:\t\t20.4G\nproportional:\t427.5k\nintegral:\t790.0k\nchange:\t\t-321.5k/sec\nnext io:\t17ms\n",
      ...bcacheStats("bdev0/stats_five_minute", 300),
      ...bcacheStats("bdev0/stats_total", 400),
      "cache0/io_errors": "1\n",
      "cache0/metadata_written": "512\n",
      "cache0/written": "2.10G\n",
      "cache0/priority_stats": "Unused:\t\t99%\nMetadata:\t1%\nAverage:\t10473\n",
    }),
  }),
  ...under("sys/fs/btrfs", {
    "features/mixed_backref": "1\n",
    ...under("0abb23a9-579b-43e6-ad30-227ef47fcb9d", {
      label: "fixture\n",
      metadata_uuid: "0abb23a9-579b-43e6-ad30-227ef47fcb9d\n",
      clone_alignment: "4096\n",
      nodesize: "16384\n",
      sectorsize: "4096\n",
      quota_override: "0\n",
      "features/skinny_metadata": "1\n",
      "devices/loop25/size": "20971520\n",
      "devices/loop26/size": "20971521\n",
      "allocation/global_rsv_reserved": "16777216\n",
      "allocation/global_rsv_size": "16777215\n",
      ...allocation("data", "raid0", 100),
      ...allocation("metadata", "raid1", 200),
      ...allocation("system", "raid5", 300),
    }),
  }),
  ...under("sys/class/infiniband/mlx4_0", {
    board_id: "SM_1141000001000\n",
    fw_ver: "2.31.5050\n",
    hca_type: "MT4099\n",
    ...under("ports/1", {
      state: "4: ACTIVE\n",
      phys_state: "5: LinkUp\n",
      rate: "2.5 Gb/sec (1X)\n",
      ...numbered(
        "counters",
        1000,
        words(`
      excessive_buffer_overrun_errors link_downed link_error_recovery local_link_integrity_errors
      multicast_rcv_packets multicast_xmit_packets port_rcv_constraint_errors port_rcv_data port_rcv_discards
      port_rcv_errors port_rcv_packets port_rcv_remote_physical_errors port_rcv_switch_relay_errors
      port_xmit_constraint_errors port_xmit_data port_xmit_discards port_xmit_packets port_xmit_wait symbol_error
      unicast_rcv_packets unicast_xmit_packets VL15_dropped`),
      ),
      ...numbered(
        "counters_ext",
        2000,
        words(`
      port_multicast_rcv_packets port_multicast_xmit_packets port_rcv_data_64 port_rcv_packets_64
      port_unicast_rcv_packets port_unicast_xmit_packets port_xmit_data_64 port_xmit_packets_64`),
      ),
    }),
  }),
  ...under("sys/class/fc_host/host0", {
    speed: "16 Gbit\n",
    port_state: "Online\n",
    port_type: "Point-To-Point (direct nport connection)\n",
    node_name: "0x1000e0071bce95f2\n",
    port_id: "0x000002\n",
    port_name: "0x1000e0071bce95f2\n",
    fabric_name: "0x0\n",
    dev_loss_tmo: "30\n",
    symbolic_name: "Emulex SN1100E2P FV12.4.270.3 DV12.4.0.0. HN:gotest. OS:Linux\n",
    supported_classes: "Class 3\n",
    supported_speeds: "4 Gbit, 8 Gbit, 16 Gbit\n",
    "statistics/dumped_frames": "0xffffffffffffffff\n",
    "statistics/error_frames": "0x0\n",
    "statistics/invalid_crc_count": "0x2\n",
    "statistics/rx_frames": "0x3\n",
    "statistics/rx_words": "0x4\n",
    "statistics/tx_frames": "0x5\n",
    "statistics/tx_words": "0x6\n",
    "statistics/seconds_since_last_reset": "0x7\n",
    "statistics/invalid_tx_word_count": "0x8\n",
    "statistics/link_failure_count": "0x9\n",
    "statistics/loss_of_sync_count": "0x10\n",
    "statistics/loss_of_signal_count": "0x11\n",
    "statistics/nos_count": "0x12\n",
    "statistics/fcp_packet_aborts": "0x13\n",
  }),
  "proc/net/ip_vs_stats": `   Total Incoming Outgoing         Incoming         Outgoing
   Conns  Packets  Packets            Bytes            Bytes
 16AA370 E33656E5        0     51D8C8883AB3        7fffffff

 Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
       4    1FB3C        0          1282A8F                0
`,
  "proc/net/ip_vs": `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  C0A80016:0CEA wlc
  -> C0A85216:0CEA      Tunnel  100    248        2
  -> C0A85318:0CEA      Tunnel  100    248        1
UDP  C0A80037:0CEA wlc
  -> C0A8321A:0CEA      Tunnel  0      0          0
TCP  [2620:0000:0000:0000:0000:0000:0000:0001]:0050 sh
  -> [2620:0000:0000:0000:0000:0000:0000:0002]:0050      Route   1      3          4
FWM  10001000 wlc
  -> C0A83215:0CEA      Route   20     1          2
`,
  "proc/net/rpc/nfs": `net 18628 0 18629 6
rpc 4329785 17 4338291
proc2 18 2 69 1 2 4410 3 4 5 6 7 8 9 10 11 12 13 14 99
proc3 22 1 4084749 29200 94754 32580 186 47747 7981 8639 1 6356 2 6962 3 7958 4 5 241 4 6 2 39
proc4 60 1 0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59
`,
  "proc/net/rpc/nfsd": `rc 1 6 18622
fh 5 0 0 0 0
io 157286400 72864
th 8 0 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000
ra 32 0 0 0 0 0 0 0 0 0 0 7
net 18628 3 18628 6
rpc 18628 1 2 3 4
proc2 18 2 69 1 2 4410 3 4 5 6 7 8 9 10 11 12 13 14 99
proc3 22 2 112 1 2719 111 3 4 5 6 7 8 9 27 216 10 2 1 5 11 12 13 14
proc4 2 2 10853
proc4ops 73 0 0 0 1098 2 3 4 5 6 8179 5896 7 8 9 10 5900 11 12 2 13 14 15 9609 16 2 150 1272 17 18 19 1236 20 21 22 23 3 3 24 25 26 27 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
`,
  ...under("sys/class/scsi_tape", {
    "nst0/stats/in_flight": "9\n",
    ...numbered(
      "st0/stats",
      1_000_000_000,
      words(`
      in_flight io_ns other_cnt read_byte_cnt read_cnt read_ns resid_cnt write_byte_cnt write_cnt write_ns`),
    ),
  }),
  ...under("proc/spl/kstat/zfs", {
    arcstats: `6 1 0x01 91 4368 5266997922 97951858082072
name                            type data
hits                            4    8772612
memory_all_bytes                4    16723939328
demand-data-misses              4    7
`,
    zil: "7 1 0x01 14 672 34118481334 437444452158445\nname type data\nzil_commit_count 4 10\n",
    abdstats:
      "7 1 0x01 21 1008 1\nname                            type data\nlinear_cnt                      4    62\n",
    "pool1/io": `12 3 0x00 1 80 79205351707403 395818011156865
nread    nwritten reads    writes   wtime    wlentime wupdate  rtime    rlentime rupdate  wcnt     rcnt
1884160  3206144  22       132      7155162  104112268 79210489694949 24168078 104112268 79210489849220 1        2
`,
    "pool1/state": "DEGRADED\n",
    "pool1/objset-1": `23 1 0x01 7 2160 221578688875 6665999035587
name                            type data
dataset_name                    7    pool1/data
writes                          4    4
nwritten                        4    12302
`,
  }),
  ...under("sys/class/dmi/id", {
    bios_vendor: "American Megatrends Inc.\n",
    bios_version: "1.1\n",
    board_name: "X\n",
    product_name: "Fixture \n",
    product_serial: "123\n",
    sys_vendor: "Us\n",
    modalias: "dmi:\n",
  }),
};

function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

/** Files that say one number each, all different. */
function numbered(folder: string, first: number, names: readonly string[]): Record<string, string> {
  return under(folder, Object.fromEntries(names.map((name, i) => [name, `${first + i}\n`])));
}

function zone(folder: string, name: string, microjoules: number): Record<string, string> {
  return under(folder, {
    name: `${name}\n`,
    energy_uj: `${microjoules}\n`,
    max_energy_range_uj: "262143328850\n",
  });
}

function bcacheStats(folder: string, first: number): Record<string, string> {
  return numbered(
    folder,
    first,
    words(`
      bypassed cache_bypass_hits cache_bypass_misses cache_hits cache_miss_collisions cache_misses cache_readaheads`),
  );
}

function allocation(type: string, mode: string, first: number): Record<string, string> {
  return under(`allocation/${type}`, {
    ...numbered(
      ".",
      first,
      words(`
      bytes_may_use bytes_pinned bytes_readonly bytes_reserved bytes_used disk_used disk_total flags total_bytes
      total_bytes_pinned`),
    ),
    ...numbered(mode, first + 50, ["total_bytes", "used_bytes"]),
  });
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
