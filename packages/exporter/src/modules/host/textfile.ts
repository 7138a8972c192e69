import { constants, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse, type ParsedFamily } from "@exporterkit/client/parse";
import { z } from "zod";
import { expandPatterns } from "../../config/file-patterns.ts";
import { messageOf } from "../../exporter-error.ts";
import { type Logger, silentLogger } from "../../logger.ts";
import type { SourcedMetric } from "../../scrape/clash.ts";
import type { Collector } from "../../scrape/collector.ts";
import type { HostPaths } from "./host-paths.ts";
import type { OptionsSchema } from "./options.ts";
import { labelsKey, parsedMetric } from "./parsed-metric.ts";

/** Where the collector of text files looks, by the name of node_exporter's flag. */
export interface TextfileOptions {
  /** Folders, which may be patterns, whose files `*.prom` are read. Default: none. */
  readonly directory?: readonly string[] | undefined;
}

/** Where text files are looked for. */
export const textfileOptions: OptionsSchema<TextfileOptions> = z.strictObject({
  directory: z
    .union([z.array(z.string()), z.string().transform((folder) => [folder])])
    .optional()
    .meta({ description: "Folders, which may be patterns, whose files *.prom are read. Default: none." }),
});

// Whoever writes one may err; a file that does not fit is refused as a whole.
const largestFileBytes = 16 * 1024 * 1024;

interface ReadFile {
  readonly path: string;
  readonly modifiedSeconds: number;
  readonly families: readonly ParsedFamily[];
}

/**
 * The metrics in files that other programs write. A file that cannot be read, or has a timestamp, is left out as a whole; of a
 * family in several files, the series of those that declare it as the first does. `node_textfile_scrape_error` tells that
 * something was left out, and the log what. A family that clashes with one of another collector is left out as well, but that
 * is known only once all have collected: then the collector has not succeeded.
 */
export function textfileCollector(
  _paths: HostPaths | undefined,
  { directory: directories = [] }: TextfileOptions = {},
  logger: Logger = silentLogger,
): Collector {
  let toldBefore = new Set<string>();
  return {
    name: "textfile",
    givesWay: true,
    async collect(scrape) {
      const problems: string[] = [];
      const read: ReadFile[] = [];
      for (const path of await listFiles(directories, problems)) {
        try {
          read.push(await readMetrics(path));
        } catch (error) {
          problems.push(`${path}: ${messageOf(error)}`);
        }
      }
      // Declared before what the files have, which may bear these names as well.
      const mtime =
        read.length === 0
          ? undefined
          : scrape.gauge({
              name: "node_textfile_mtime_seconds",
              help: "Unixtime mtime of textfiles successfully read.",
              labelNames: ["file"],
            });
      for (const { path, modifiedSeconds } of read) mtime?.set({ file: path }, modifiedSeconds);
      const scrapeError = scrape.gauge({
        name: "node_textfile_scrape_error",
        help: "1 if there was an error opening or reading a file, 0 otherwise",
      });
      for (const { files, ...family } of merged(read, problems)) {
        const source = files.join(", ");
        const metric: SourcedMetric = { ...parsedMetric(family), source };
        try {
          scrape.registry.registerMetric(metric);
        } catch (error) {
          // Its samples would bear a name that those of another have, such as x_count beside a histogram x.
          problems.push(`${source}: ${messageOf(error)}`);
        }
      }
      scrapeError.set(problems.length > 0 ? 1 : 0);
      for (const problem of problems) if (!toldBefore.has(problem)) logger.error({ problem }, "text file left out");
      toldBefore = new Set(problems);
    },
  };
}

async function listFiles(directories: readonly string[], problems: string[]): Promise<string[]> {
  const files = new Set<string>();
  // An empty name is none, as in node_exporter: templates of its flags leave it empty.
  for (const directory of directories.filter((each) => each !== "")) {
    try {
      const names = await readdir(directory);
      for (const name of names.toSorted()) if (name.endsWith(".prom")) files.add(join(directory, name));
    } catch (error) {
      const matches = /[*?[]/.test(directory) ? expandPatterns([join(directory, "*.prom")]).files : undefined;
      if (matches === undefined) problems.push(`${directory}: ${messageOf(error)}`);
      for (const file of matches ?? []) files.add(file);
    }
  }
  return [...files];
}

async function readMetrics(path: string): Promise<ReadFile> {
  // A pipe would be waited for without this.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    const { size, mtimeMs } = stats;
    if (!stats.isFile()) throw new Error("is no file");
    if (size > largestFileBytes) throw new Error(`is larger than ${largestFileBytes} bytes`);
    const families = parse(await file.readFile());
    const timed = families.find(({ samples }) => samples.some((sample) => sample.timestampSeconds !== undefined));
    if (timed !== undefined)
      throw new Error(`${timed.name} has a timestamp, which breaks Prometheus's staleness; remove it`);
    return { path, modifiedSeconds: mtimeMs / 1000, families };
  } finally {
    await file.close();
  }
}

/** A family, and the files that it was read from. */
interface MergedFamily extends ParsedFamily {
  readonly files: readonly string[];
}

/** One family for each name, of the files that agree on it. */
function merged(read: readonly ReadFile[], problems: string[]): MergedFamily[] {
  const found = new Map<string, { family: ParsedFamily; files: string[]; seen: Set<string> }>();
  for (const { path, families } of read) {
    for (const family of families) {
      const before = found.get(family.name);
      const conflict = before && conflictOf(before.family, family);
      if (conflict !== undefined) {
        problems.push(`${path}: ${family.name} has another ${conflict} than in ${before!.files[0]}`);
        continue;
      }
      const seen = before?.seen ?? new Set<string>();
      const fresh = family.samples.filter((sample) => {
        const key = sample.name + labelsKey(sample.labels);
        if (!seen.has(key)) return seen.add(key);
        problems.push(`${path}: ${key} stands in a file before`);
        return false;
      });
      const samples = [...(before?.family.samples ?? []), ...fresh];
      const help = before?.family.help ?? family.help;
      const files = [...(before?.files ?? []), path];
      found.set(family.name, { family: { ...family, samples, ...(help !== undefined && { help }) }, files, seen });
    }
  }
  return Array.from(found.values(), ({ family, files }) => ({
    help: `Metric read from ${files.join(", ")}`,
    ...family,
    files,
  }));
}

function conflictOf(before: ParsedFamily, family: ParsedFamily): "type" | "help" | undefined {
  if (before.type !== family.type) return "type";
  return before.help !== undefined && family.help !== undefined && before.help !== family.help ? "help" : undefined;
}
