import { describe, expect, it } from "vitest";
import { type HostFiles, HostTree, samplesOf } from "./fixtures/host-tree.ts";

const idle = (cpu: number, ticks: number, iowait = 0): string => `cpu${cpu} 100 0 150 ${ticks} ${iowait} 0 5 5 0 0\n`;

function cores(count: number, attributes: (cpu: number) => Record<string, string>): HostFiles {
  const files: Record<string, string> = {};
  for (let cpu = 0; cpu < count; cpu++) {
    for (const [name, text] of Object.entries(attributes(cpu)))
      files[`sys/devices/system/cpu/cpu${cpu}/${name}`] = text;
  }
  return files;
}

describe("the cpu collector", () => {
  it("forgets a CPU that is taken offline, and starts again with it when it is back", async () => {
    const tree = new HostTree({ "proc/stat": idle(0, 5000) + idle(1, 9000) });
    const scrape = await tree.collector("cpu");
    const idleOf = async (stat: string): Promise<string[]> => {
      tree.write({ "proc/stat": stat });
      const lines = await scrape();
      return lines.flatMap((line) => /cpu="(\d+)",mode="idle"\} (.+)/.exec(line)?.slice(1).join(" ") ?? []);
    };
    expect(await idleOf(idle(0, 5000) + idle(1, 9000))).toEqual(["0 50", "1 90"]);
    expect(await idleOf(idle(0, 5001))).toEqual(["0 50.01"]);
    expect(await idleOf(idle(0, 5002) + idle(1, 8999))).toEqual(["0 50.02", "1 89.99"]);
  });

  it("tells the CPUs that are online or isolated", async () => {
    const lines = await samplesOf("cpu", {
      "proc/stat": idle(0, 1) + idle(2, 1),
      ...cores(4, () => ({ "topology/core_id": "0\n" })),
      "sys/devices/system/cpu/online": "0,2-3\n",
      "sys/devices/system/cpu/isolated": "2-3\n",
    });
    expect(lines.filter((line) => !line.includes("seconds"))).toEqual([
      'node_cpu_isolated{cpu="2"} 1',
      'node_cpu_isolated{cpu="3"} 1',
      'node_cpu_online{cpu="0"} 1',
      'node_cpu_online{cpu="1"} 0',
      'node_cpu_online{cpu="2"} 1',
      'node_cpu_online{cpu="3"} 1',
    ]);
  });

  it("tells the throttles of each core once, on 256 of them in two packages", async () => {
    const lines = await samplesOf("cpu", {
      "proc/stat": Array.from({ length: 256 }, (_, cpu) => idle(cpu, 100)).join(""),
      ...cores(256, (cpu) => ({
        "topology/physical_package_id": `${cpu % 2}\n`,
        "topology/core_id": `${(cpu >> 1) % 64}\n`,
        "thermal_throttle/core_throttle_count": "5\n",
        "thermal_throttle/package_throttle_count": cpu % 2 === 0 ? "30\n" : "garbage",
      })),
    });
    expect(lines.filter((line) => line.startsWith("node_cpu_seconds_total"))).toHaveLength(256 * 8);
    expect(lines.filter((line) => line.startsWith("node_cpu_core_throttles_total"))).toHaveLength(128);
    expect(lines).toContain('node_cpu_core_throttles_total{package="1",core="63"} 5');
    expect(lines.filter((line) => line.startsWith("node_cpu_package"))).toEqual([
      'node_cpu_package_throttles_total{package="0"} 30',
    ]);
  });

  it("tells what the CPUs are when it is asked to", async () => {
    const files = {
      "proc/stat": idle(0, 1),
      "proc/cpuinfo": `processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 142
model name\t: Intel(R) Core(TM) i7: 1.90GHz
stepping\t: 10
microcode\t: 0xb4
cache size\t: 8192 KB
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu aes avx2
bugs\t\t: spectre_v1 mds

processor\t: 1
vendor_id\t: GenuineIntel
`,
    };
    const about = async (options?: object): Promise<string[]> =>
      (await samplesOf("cpu", files, options)).filter((line) => line.includes("info"));
    expect(await about()).toEqual([]);
    expect(await about({ info: true })).toEqual([
      'node_cpu_info{package="0",core="0",cpu="0",vendor="GenuineIntel",family="6",model="142",' +
        'model_name="Intel(R) Core(TM) i7: 1.90GHz",microcode="0xb4",stepping="10",cachesize="8192 KB"} 1',
      'node_cpu_info{package="",core="",cpu="1",vendor="GenuineIntel",family="",model="",model_name="",microcode="",' +
        'stepping="",cachesize=""} 1',
    ]);
    const filtered = await about({ "info.flags-include": "^a", "info.bugs-include": "mds" });
    expect(filtered.filter((line) => !line.startsWith("node_cpu_info"))).toEqual([
      'node_cpu_bug_info{bug="mds"} 1',
      'node_cpu_flag_info{flag="aes"} 1',
      'node_cpu_flag_info{flag="avx2"} 1',
    ]);
    const arm = { ...files, "proc/cpuinfo": "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd sve\n" };
    expect(await samplesOf("cpu", arm, { "info.flags-include": "^(fp|sve)$" })).toEqual(
      expect.arrayContaining(['node_cpu_flag_info{flag="fp"} 1', 'node_cpu_flag_info{flag="sve"} 1']),
    );
  });

  it("leaves out the guests when it is told to", async () => {
    const lines = await samplesOf("cpu", { "proc/stat": idle(0, 1) }, { guest: false });
    expect(lines.join("\n")).not.toContain("guest");
  });
});
