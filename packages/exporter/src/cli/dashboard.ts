import type { Dashboard } from "../module.ts";
import type { Command } from "./command.ts";
import { oneOf } from "./one-of.ts";
import { writeFiles } from "./written-files.ts";

/** Which dashboards are asked for, and where they go. */
export interface DashboardFlags {
  readonly module?: string | undefined;
  readonly folder?: string | undefined;
}

/** Prints a dashboard, or writes those that are asked for into a folder. Resolves to the exit code. */
export async function writeDashboards(command: Command, { module, folder }: DashboardFlags): Promise<number> {
  const dashboards = dashboardsOf(command, module);
  if (folder === undefined) {
    const only = dashboards.length === 1 ? dashboards[0]!.name : undefined;
    process.stdout.write(jsonOf(oneOf(dashboards, only, "dashboard")));
  } else {
    await writeFiles(
      folder,
      dashboards.map((dashboard) => ({ name: `${dashboard.name}.json`, text: jsonOf(dashboard) })),
    );
  }
  return 0;
}

/** A dashboard as a file has it. */
function jsonOf({ model }: Dashboard): string {
  return `${JSON.stringify(model, undefined, 2)}\n`;
}

/** Those of a module, the one of a name, or all of them; at least one. */
function dashboardsOf({ modules, dashboards }: Command, asked: string | undefined): readonly Dashboard[] {
  if (asked === undefined) return dashboards;
  const ofModule = modules.find(({ name }) => name === asked)?.dashboards ?? [];
  return ofModule.length > 0 ? ofModule : [oneOf(dashboards, asked, "dashboard")];
}
