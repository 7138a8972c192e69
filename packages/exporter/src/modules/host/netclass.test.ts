import { expect, it } from "vitest";
import { type HostFiles, samplesOf } from "./fixtures/host-tree.ts";

const attributes = {
  addr_assign_type: "3",
  address: "02:00:00:00:00:01",
  broadcast: "ff:ff:ff:ff:ff:ff",
  carrier: "1",
  carrier_changes: "5",
  carrier_down_count: "2",
  carrier_up_count: "3",
  dev_id: "0x20",
  dormant: "1",
  duplex: "full",
  flags: "0x1303",
  ifalias: "Büro, 2. Stock",
  ifindex: "2",
  iflink: "4",
  link_mode: "1",
  mtu: "1500",
  name_assign_type: "2",
  netdev_group: "7",
  operstate: "up",
  speed: "1000",
  tx_queue_len: "1000",
  type: "1",
};

function device(name: string, changes: Record<string, string> = {}): HostFiles {
  const all = Object.entries({ ...attributes, ...changes });
  return Object.fromEntries(all.map(([attribute, text]) => [`sys/class/net/${name}/${attribute}`, `${text}\n`]));
}

it("tells what sysfs says of a device", async () => {
  const lines = await samplesOf("netclass", device("eth0"));
  const expected = {
    address_assign_type: 3,
    carrier: 1,
    carrier_changes_total: 5,
    carrier_down_changes_total: 2,
    carrier_up_changes_total: 3,
    device_id: 32,
    dormant: 1,
    flags: 4867,
    iface_id: 2,
    iface_link: 4,
    iface_link_mode: 1,
    mtu_bytes: 1500,
    name_assign_type: 2,
    net_dev_group: 7,
    protocol_type: 1,
    speed_bytes: 125_000_000,
    transmit_queue_length: 1000,
    up: 1,
  };
  expect(lines.toSorted()).toEqual(
    [
      ...Object.entries(expected).map(([name, value]) => `node_network_${name}{device="eth0"} ${value}`),
      'node_network_info{device="eth0",address="02:00:00:00:00:01",broadcast="ff:ff:ff:ff:ff:ff",duplex="full",' +
        'operstate="up",adminstate="up",ifalias="Büro, 2. Stock"} 1',
    ].toSorted(),
  );
});

it("leaves out what a device does not have or say, such as its speed while it is down", async () => {
  const lines = await samplesOf("netclass", {
    "sys/class/net/bonding_masters": "bond0\n",
    "sys/class/net/wlan0/operstate": "down\n",
    "sys/class/net/wlan0/speed": "garbage",
    "sys/class/net/wlan0/mtu": "",
    ...device("tun0", { speed: "-1", operstate: "unknown", flags: "0x10d0" }),
  });
  expect(lines.filter((line) => line.includes('"wlan0"')).toSorted()).toEqual([
    'node_network_info{device="wlan0",address="",broadcast="",duplex="",operstate="down",adminstate="unknown",ifalias=""} 1',
    'node_network_up{device="wlan0"} 0',
  ]);
  expect(lines).toContain('node_network_speed_bytes{device="tun0"} -125000');
  expect(lines.find((line) => line.includes("info") && line.includes("tun0"))).toContain('adminstate="down"');
  expect(lines.join("\n")).not.toContain("bonding");
});

it("leaves out the devices and the speeds that it is told to", async () => {
  const files = { ...device("eth0"), ...device("tun0", { speed: "-1" }) };
  const withoutSpeed = await samplesOf("netclass", files, { "ignore-invalid-speed": true });
  expect(withoutSpeed.filter((line) => line.includes("speed"))).toEqual([
    'node_network_speed_bytes{device="eth0"} 125000000',
  ]);
  const ignored = await samplesOf("netclass", files, { "ignored-devices": "^eth" });
  expect(ignored.join("\n")).not.toContain("eth0");
  expect(await samplesOf("netclass", {})).toEqual([]);
});
