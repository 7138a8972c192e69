import { Counter, Registry, type RegistrableMetric } from "@exporterkit/client";
import type { Logger } from "../../logger.ts";
import { envelopeOf } from "./envelope-fields.ts";
import { FileSource } from "./file-source.ts";
import { JournalSource } from "./journal-source.ts";
import { type Envelope, LineCounter } from "./line-counter.ts";
import { LineSink, type OnUnmatched } from "./line-sink.ts";
import { LogMetrics } from "./log-metrics.ts";
import type { LogSource } from "./log-source.ts";
import type { LogsConfig, SourceConfig } from "./logs-config.ts";
import type { Positions, SourcePosition } from "./positions.ts";
import { Slices } from "./slices.ts";
import { snapshotOf } from "./snapshot-family.ts";
import { declareSourceMetrics, type SourceMetrics } from "./source-metrics.ts";
import { openPipe, openStdin, StreamSource } from "./stream-source.ts";
import { SyslogSource } from "./syslog-source.ts";

/** What reads the sources of one configuration, and counts. */
export class LogReader {
  readonly #sources: readonly LogSource[];
  readonly #metrics = new LogMetrics();
  readonly #own = new Registry();
  readonly #slices = new Slices();
  readonly #positions: Positions;
  readonly #stateFailures: Counter;

  /** Throws if metrics clash, which the schema has found before. */
  constructor(config: LogsConfig, positions: Positions, logger: Logger) {
    this.#positions = positions;
    this.#stateFailures = new Counter({
      name: "exporterkit_logs_state_write_failures_total",
      help: "Times that the state file could not be written.",
      registers: [this.#own],
    });
    const metricsOf = declareSourceMetrics(this.#own);
    this.#sources = config.sources.map((source) => this.#make(source, config, metricsOf(source.name), logger));
  }

  /** Begins behind what was told last. Rejects, having stopped what had started, if a source cannot be read at all. */
  async start(): Promise<void> {
    try {
      for (const source of this.#sources) await source.start(this.#positions.get(source.name));
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#positions.commit(this.#read());
  }

  /** Ends the reading. What was counted and not told is counted again by who comes after. */
  async stop(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.stop()));
  }

  /** The metrics as of now. Returns what is to be called once somebody is told of them: from then on a restart begins here. */
  collect(into: Registry): () => void {
    this.#slices.hurry();
    this.#stateFailures.setTotal(this.#positions.failures);
    for (const source of this.#sources) source.observe();
    const now = Date.now() / 1000;
    for (const registry of [this.#metrics.registry, this.#own]) {
      for (const metric of registry.getMetricsAsArray()) {
        metric.expire?.(now);
        into.registerMetric(frozen(metric));
      }
    }
    const read = this.#read();
    return () => this.#positions.commit(read);
  }

  #read(): Map<string, SourcePosition> {
    const read = new Map<string, SourcePosition>();
    for (const source of this.#sources) {
      const position = source.position();
      if (position !== undefined) read.set(source.name, position);
    }
    return read;
  }

  #make(source: SourceConfig, config: LogsConfig, metrics: SourceMetrics, logger: Logger): LogSource {
    const { name, max_line_size: maxLineSize, start_at: startAt } = source;
    const sinkOf = lineSinks({ source, into: this.#metrics, metrics });
    const common = { name, maxLineSize, metrics, slices: this.#slices, logger };
    if (source.files !== undefined) {
      const { poll_interval: pollInterval, linger: lingerSeconds } = config;
      return new FileSource({ ...common, patterns: source.files, startAt, pollInterval, lingerSeconds, sinkOf });
    }
    const sink = sinkOf({});
    if (source.syslog !== undefined) return new SyslogSource({ ...common, ...source.syslog, sink });
    if (source.journald !== undefined) return new JournalSource({ ...common, ...source.journald, startAt, sink });
    return new StreamSource({ ...common, open: source.pipe === undefined ? openStdin() : openPipe(source.pipe), sink });
  }
}

/** Makes what counts the lines of each file or connection of a source. */
export function lineSinks(options: {
  readonly source: SourceConfig;
  readonly into: LogMetrics;
  readonly metrics: SourceMetrics;
  readonly onUnmatched?: OnUnmatched | undefined;
}): (envelope: Envelope) => LineSink {
  const { source, into, metrics, onUnmatched } = options;
  const counter = new LineCounter({
    format: source.format,
    metrics: source.metrics,
    into,
    faults: { wrongValue: () => metrics.failed("value"), tooCostly: () => metrics.dropped("too_costly") },
    envelope: envelopeOf(source),
  });
  return (envelope) => new LineSink({ counter, metrics, envelope, multiline: source.multiline, onUnmatched });
}

function frozen(metric: RegistrableMetric): RegistrableMetric {
  return { name: metric.name, family: snapshotOf(metric.family), reset() {} };
}
