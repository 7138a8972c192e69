import type { z } from "zod";
import { jsonSchema, type JsonSchema } from "../config/json-schema.ts";
import type { Module, ModuleContext } from "../module.ts";
import { hostModule } from "../modules/host/module.ts";
import type { Collector } from "../scrape/collector.ts";
import { type ExporterConfig, exporterConfigSchema } from "./exporter-config.ts";

/** Every module of the command. */
const modules: readonly Module[] = [hostModule];

/** The schema of the command's configuration. Without a file it is this host. */
export const commandSchema: z.ZodType<ExporterConfig> = exporterConfigSchema(modules, [hostModule.name]);

/** The JSON Schema of it, as it is published. */
export function commandJsonSchema(): JsonSchema {
  return jsonSchema(commandSchema, "Configuration of exporterkit");
}

/** The collectors of the modules that a configuration names. */
export function collectorsOf(config: ExporterConfig, context: ModuleContext): Collector[] {
  return modules.flatMap((module) => {
    const moduleConfig = config.modules[module.name];
    return moduleConfig === undefined ? [] : module.collectors(moduleConfig, context);
  });
}
