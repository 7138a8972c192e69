import type { Systeminformation } from "systeminformation";
import { type Logger, silentLogger } from "../../logger.ts";
import { NoData } from "../../scrape/no-data.ts";

/** What is used of the package systeminformation, which asks macOS and Windows by their own commands. */
export interface SystemInformation {
  readonly mem: () => Promise<Systeminformation.MemData>;
  readonly fsSize: () => Promise<Systeminformation.FsSizeData[]>;
  readonly networkStats: (interfaces: string) => Promise<Systeminformation.NetworkStatsData[]>;
}

/** Loads it; resolves to undefined where it is not installed. */
export type LoadSystemInformation = () => Promise<SystemInformation | undefined>;

/** Loads the package where it is installed: it is an optional peer. */
export const loadSystemInformation: LoadSystemInformation = async () => {
  try {
    const { default: information } = await import("systeminformation");
    return information;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
};

const missing = "it needs the package systeminformation on this system; install it with npm install systeminformation";

/** Gives what a collector asks, and throws `NoData` where the package is missing, which the log is told once. */
export function systemInformationOf(
  collector: string,
  load: LoadSystemInformation,
  logger: Logger = silentLogger,
): () => Promise<SystemInformation> {
  let loading: ReturnType<LoadSystemInformation> | undefined;
  let isTold = false;
  return async () => {
    const information = await (loading ??= load());
    if (information !== undefined) return information;
    if (!isTold) logger.warn({ collector }, missing);
    isTold = true;
    throw new NoData(missing);
  };
}
