import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

const cpu = (number: number): string => `sys/devices/system/cpu/cpu${number}`;

it("tells the frequencies in hertz, and which governor decides", async () => {
  expect(
    await samplesOf("cpufreq", {
      [`${cpu(0)}/cpufreq/cpuinfo_cur_freq`]: "1699981\n",
      [`${cpu(0)}/cpufreq/cpuinfo_max_freq`]: "3700000\n",
      [`${cpu(0)}/cpufreq/cpuinfo_min_freq`]: "800000\n",
      [`${cpu(0)}/cpufreq/scaling_cur_freq`]: "1699981\n",
      [`${cpu(0)}/cpufreq/scaling_max_freq`]: "3700000\n",
      [`${cpu(0)}/cpufreq/scaling_min_freq`]: "800000\n",
      [`${cpu(0)}/cpufreq/scaling_governor`]: "powersave\n",
      [`${cpu(0)}/cpufreq/scaling_available_governors`]: "performance powersave \n",
      [`${cpu(1)}/cpufreq/scaling_cur_freq`]: "<unknown>\n",
      [`${cpu(1)}/cpufreq/scaling_max_freq`]: "3700000\n",
      [`${cpu(2)}/topology/core_id`]: "1\n",
    }),
  ).toEqual([
    'node_cpu_frequency_hertz{cpu="0"} 1699981000',
    'node_cpu_frequency_max_hertz{cpu="0"} 3700000000',
    'node_cpu_frequency_min_hertz{cpu="0"} 800000000',
    'node_cpu_scaling_frequency_hertz{cpu="0"} 1699981000',
    'node_cpu_scaling_frequency_max_hertz{cpu="0"} 3700000000',
    'node_cpu_scaling_frequency_max_hertz{cpu="1"} 3700000000',
    'node_cpu_scaling_frequency_min_hertz{cpu="0"} 800000000',
    'node_cpu_scaling_governor{cpu="0",governor="performance"} 0',
    'node_cpu_scaling_governor{cpu="0",governor="powersave"} 1',
  ]);
  expect(await samplesOf("cpufreq", {})).toEqual([]);
});
