import { z } from "zod";
import { defineModule, type Module } from "../../module.ts";
import { hostCollectors } from "./host.ts";

/** The host module as a configuration file names it. */
export const hostModule: Module = defineModule({
  name: "host",
  description: "Metrics of this host: system_usage, and node_* by the names, types and labels of node_exporter.",
  schema: z.strictObject({}),
  collectors: () => hostCollectors(),
});
