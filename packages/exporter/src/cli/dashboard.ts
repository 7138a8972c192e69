import { dashboardOfExposition } from "../dashboard/dashboard-of-exposition.ts";
import { grafanaDashboard } from "../dashboard/grafana-dashboard.ts";
import { ExporterError } from "../exporter-error.ts";
import type { Dashboard } from "../module.ts";
import type { Command } from "./command.ts";
import { fetchExposition } from "./fetch-exposition.ts";
import { oneOf } from "./one-of.ts";
import { timeoutSeconds } from "./timeout-seconds.ts";
import { writeFiles } from "./written-files.ts";

/** Which dashboards are asked for, and where they go. */
export interface DashboardFlags {
  readonly module?: string | undefined;
  readonly folder?: string | undefined;
  /** The URL of an exposition to make one of. */
  readonly from?: string | undefined;
  /** What it is called. Default: by the URL. */
  readonly title?: string | undefined;
  /** How the names begin that it is made of. Default: all. */
  readonly prefix?: readonly string[] | undefined;
  readonly timeout: string;
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly bearerTokenFile?: string | undefined;
}

/** Prints a dashboard, or writes those that are asked for into a folder. Resolves to the exit code. */
export async function writeDashboards(command: Command, flags: DashboardFlags): Promise<number> {
  const { module, folder, from } = flags;
  if (from !== undefined && module !== undefined) {
    const remedy = "give one of them.";
    throw new ExporterError("invalid_argument", `--from stands beside --module: ${remedy}`);
  }
  const made = from === undefined ? undefined : await dashboardFrom(from, flags);
  if (folder === undefined) {
    process.stdout.write(jsonOf(made ?? (await dashboardOf(command, module))));
  } else {
    await writeFiles(
      folder,
      (made === undefined ? await dashboardsOf(command, module) : [made]).map((dashboard) => ({
        name: `${dashboard.name}.json`,
        text: jsonOf(dashboard),
      })),
    );
  }
  return 0;
}

/** A dashboard as a file has it. */
function jsonOf({ model }: Dashboard): string {
  return `${JSON.stringify(model, undefined, 2)}\n`;
}

/** The one of a name, or the only one of a module. */
async function dashboardOf(command: Command, asked: string | undefined): Promise<Dashboard> {
  const dashboards = await command.dashboards();
  const ofModule = await dashboardsOfModule(command, asked);
  const isNamed = dashboards.some(({ name }) => name === asked);
  if (isNamed || ofModule.length === 0) return oneOf(dashboards, asked, "dashboard");
  return oneOf(ofModule, ofModule.length === 1 ? ofModule[0]!.name : undefined, "dashboard");
}

/** Those of a module, the one of a name, or all of them. */
async function dashboardsOf(command: Command, asked: string | undefined): Promise<readonly Dashboard[]> {
  const dashboards = await command.dashboards();
  if (asked === undefined) return dashboards;
  const ofModule = await dashboardsOfModule(command, asked);
  return ofModule.length > 0 ? ofModule : [oneOf(dashboards, asked, "dashboard")];
}

async function dashboardsOfModule(command: Command, name: string | undefined): Promise<readonly Dashboard[]> {
  return (await command.load()).find((module) => module.name === name)?.dashboards ?? [];
}

/** One of what a target exposes. What it has no room for is told on standard error. */
async function dashboardFrom(from: string, flags: DashboardFlags): Promise<Dashboard> {
  const { prefix = [""] } = flags;
  const families = await fetchExposition(from, { ...flags, timeoutSeconds: timeoutSeconds(flags.timeout) });
  const { host } = new URL(from);
  const made = dashboardOfExposition(
    families.filter(({ name }) => prefix.some((start) => name.startsWith(start))),
    {
      // Grafana takes 40 characters for an identity, of which grafanaDashboard() needs 12.
      name: `from-${host.replaceAll(/[^a-z0-9]+/g, "-")}`.slice(0, 28).replace(/-$/, ""),
      title: flags.title ?? `Metrics of ${host}`,
      description: `All that ${host} exposed when this was made.`,
    },
  );
  if (made === undefined) {
    const remedy = "name the page of the metrics, or another --prefix.";
    throw new ExporterError("invalid_argument", `There is nothing to show in what ${host} exposes: ${remedy}`);
  }
  if (made.leftOut.length > 0) {
    const names = made.leftOut.slice(0, 10).join(", ");
    process.stderr.write(
      `${made.leftOut.length} metrics have no room, among them ${names}; make dashboards of parts, by --prefix\n`,
    );
  }
  return grafanaDashboard(made.plan);
}
