import { mysqlPreset } from "./mysql/preset.ts";
import { postgresPreset } from "./postgres/preset.ts";
import type { Preset } from "./preset.ts";

/** The names of the presets. */
export const presetNames: readonly ["mysql", "postgres"] = ["mysql", "postgres"];

/** The name of a preset. */
export type PresetName = (typeof presetNames)[number];

/** The presets by their names. */
export const presets: Readonly<Record<PresetName, Preset>> = { mysql: mysqlPreset, postgres: postgresPreset };
