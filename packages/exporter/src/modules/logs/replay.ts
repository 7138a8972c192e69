import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { type Readable, Transform } from "node:stream";
import { Registry } from "@exporterkit/client";
import { ExporterError, messageOf } from "../../exporter-error.ts";
import type { ReplayOptions, Replayed } from "../../module.ts";
import { lineSinks } from "./log-reader.ts";
import { LogMetrics } from "./log-metrics.ts";
import type { LogsConfig } from "./logs-config.ts";
import { Slices } from "./slices.ts";
import { declareSourceMetrics } from "./source-metrics.ts";
import { StreamLines } from "./stream-lines.ts";

/** Lines that matched nothing, of which no more than these are told. */
const mostUnmatched = 10;
const longestUnmatched = 200;

/**
 * Counts the lines of a file as a source would, without touching what the exporter remembers of it. Rejects with an
 * {@link ExporterError} if there is no such source or the file cannot be read.
 */
export async function replayLogs(config: LogsConfig, options: ReplayOptions): Promise<Replayed> {
  const { sources } = config;
  const names = sources.map(({ name }) => name);
  const source = options.part === undefined ? sources[0]! : sources.find(({ name }) => name === options.part);
  if (source === undefined || (options.part === undefined && sources.length > 1)) {
    const fault =
      options.part === undefined ? "The configuration has several sources" : `There is no source "${options.part}"`;
    throw new ExporterError("invalid_argument", `${fault}: give one of ${names.join(", ")} with --source.`);
  }
  const into = new LogMetrics();
  const metrics = declareSourceMetrics(new Registry())(source.name);
  let lines = 0;
  let unmatched = 0;
  const examples: string[] = [];
  const onUnmatched = (line: string): void => {
    unmatched++;
    if (examples.length < mostUnmatched) examples.push(line.slice(0, longestUnmatched));
  };
  let dropped = 0;
  const counting = { ...metrics, dropped: () => void dropped++ };
  const sink = lineSinks({ source, into, metrics: counting, onUnmatched })({ file: options.file });
  const cut = new StreamLines({
    metrics: counting,
    slices: new Slices(),
    maxLineSize: source.max_line_size,
    line: (line) => {
      lines++;
      sink.line(line);
    },
  });
  try {
    for await (const bytes of await openLog(options.file, options.progress))
      await cut.take(bytes as Buffer, () => false);
  } catch (error) {
    throw new ExporterError(
      "invalid_argument",
      `The log ${options.file} cannot be read: ${messageOf(error)}; name a file, plain or gzip.`,
    );
  }
  cut.end();
  sink.flush();
  return { registry: into.registry, lines, unmatched, examples, dropped };
}

/** A file as a stream, decompressed if it begins as gzip does; `progress` is told how much of it has been read. */
async function openLog(file: string, progress: ReplayOptions["progress"]): Promise<Readable> {
  if (file === "-") return process.stdin;
  const handle = await open(file);
  const start = Buffer.alloc(2);
  try {
    await handle.read(start, 0, 2, 0);
  } finally {
    await handle.close();
  }
  const { size } = await stat(file);
  let done = 0;
  const counted = createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(
    new Transform({
      transform(bytes: Buffer, _encoding, then) {
        done += bytes.length;
        progress(done, size);
        then(null, bytes);
      },
    }),
  );
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  return isGzip ? counted.pipe(createGunzip({ chunkSize: 256 * 1024 })) : counted;
}
