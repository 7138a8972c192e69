import { z } from "zod";
import { excludePattern, includePattern, notBoth, type OptionsSchema } from "./options.ts";

/** Which devices a collector tells of. */
export interface DeviceOptions {
  /** Those whose name has a match. Default: all. */
  readonly "device-include"?: RegExp | undefined;
  /** All but those whose name has a match. */
  readonly "device-exclude"?: RegExp | undefined;
}

/** The two options of a collector that can leave out devices; `fallback` is what it excludes unless told otherwise. */
export function deviceFields(fallback?: string): {
  "device-include": z.ZodType<RegExp | undefined>;
  "device-exclude": z.ZodType<RegExp | undefined>;
} {
  const standard = fallback === undefined ? "none" : fallback;
  return {
    "device-include": includePattern()
      .optional()
      .meta({ description: "Regular expression of the devices to tell of." }),
    "device-exclude": excludePattern()
      .optional()
      .meta({ description: `Regular expression of the devices to leave out. Default: ${standard}.` }),
  };
}

/** The options of a collector that has these two alone. */
export function deviceOptions(fallback?: string): OptionsSchema<DeviceOptions> {
  return z.strictObject(deviceFields(fallback)).refine(...notBothDevices);
}

/** For `refine()`: one of the two options rules out the other. */
export const notBothDevices: [(options: DeviceOptions) => boolean, string] = notBoth(
  "device-include",
  "device-exclude",
);

/** Whether a collector tells of a device. `fallback` is what is excluded where neither option is given. */
export function deviceFilter(options: DeviceOptions, fallback?: RegExp): (device: string) => boolean {
  const { "device-include": include, "device-exclude": exclude = include === undefined ? fallback : undefined } =
    options;
  return (device) => !(exclude?.test(device) ?? false) && (include?.test(device) ?? true);
}
