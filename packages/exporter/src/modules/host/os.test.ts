import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const release = `# which one
NAME="Ubuntu"
ID=ubuntu
ID_LIKE='debian'
PRETTY_NAME="Ubuntu \\"Jammy\\" 22.04.4 LTS"
VERSION_ID="22.04"
VERSION="22.04.4 LTS (Jammy Jellyfish)"
VERSION_CODENAME=jammy
SUPPORT_END=2027-04-01
garbage
`;

it("tells the distribution and its version", async () => {
  expect(await samplesOf("os", { "etc/os-release": release })).toEqual([
    'node_os_info{build_id="",id="ubuntu",id_like="debian",image_id="",image_version="",name="Ubuntu",' +
      'pretty_name="Ubuntu \\"Jammy\\" 22.04.4 LTS",variant="",variant_id="",version="22.04.4 LTS (Jammy Jellyfish)",' +
      'version_codename="jammy",version_id="22.04"} 1',
    "node_os_support_end_timestamp_seconds 1806537600",
    'node_os_version{id="ubuntu",id_like="debian",name="Ubuntu"} 22.04',
  ]);
});

it("looks into the other place, and leaves out a version that is no number", async () => {
  const lines = await samplesOf("os", { "usr/lib/os-release": "ID=arch\nVERSION_ID=rolling\nSUPPORT_END=soon\n" });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('id="arch"');
  expect(await samplesOf("os", {})).toEqual([]);
});
