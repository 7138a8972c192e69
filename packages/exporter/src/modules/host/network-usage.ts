import { listFolder, readNumber } from "./pseudo-file.ts";

/** What an interface has moved since it came up, of those whose speed is known. */
export interface NetworkBytes {
  readonly device: string;
  readonly received: number;
  readonly transmitted: number;
  readonly bytesPerSecond: number;
}

/** The interfaces whose speed the kernel knows: virtual ones, and those without a cable, have none. */
export function readNetworkBytes(sysfs: string): NetworkBytes[] {
  return listFolder(sysfs, "class/net").flatMap((device) => {
    const of = (attribute: string): number | undefined => readNumber(sysfs, `class/net/${device}/${attribute}`);
    const megabits = of("speed");
    const received = of("statistics/rx_bytes");
    const transmitted = of("statistics/tx_bytes");
    if (megabits === undefined || megabits <= 0 || received === undefined || transmitted === undefined) return [];
    return [{ device, received, transmitted, bytesPerSecond: (megabits * 1e6) / 8 }];
  });
}

/** The share of its speed that the busiest interface has used, in its busier direction; undefined where there is none. */
export function usedNetworkPercent(
  from: readonly NetworkBytes[],
  to: readonly NetworkBytes[],
  seconds: number,
): number | undefined {
  const shares = to.flatMap((now) => {
    const before = from.find(({ device }) => device === now.device);
    if (before === undefined || seconds <= 0) return [];
    const most = Math.max(now.received - before.received, now.transmitted - before.transmitted, 0);
    return [Math.min((100 * most) / seconds / now.bytesPerSecond, 100)];
  });
  return shares.length === 0 ? undefined : Math.max(...shares);
}
