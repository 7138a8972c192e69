import { Counter, type CounterSeries, Gauge, type GaugeSeries, type Registry } from "@exporterkit/client";

/** Why a line is not counted in any metric. */
export type DropReason = "too_long" | "too_costly" | "queue_full" | "malformed";

/** What goes wrong with a source. */
export type SourceErrorKind = "open" | "read" | "lost" | "value" | "connection";

/** What the module tells of one of its sources. */
export interface SourceMetrics {
  readonly lines: CounterSeries;
  readonly matched: CounterSeries;
  readonly unmatched: CounterSeries;
  readonly bytes: CounterSeries;
  readonly lag: GaugeSeries;
  readonly openFiles: GaugeSeries;
  readonly rotations: CounterSeries;
  dropped(reason: DropReason): void;
  failed(kind: SourceErrorKind): void;
}

/** Declares the metrics that the module has of its sources, and gives those of each. */
export function declareSourceMetrics(registry: Registry): (source: string) => SourceMetrics {
  const registers = [registry];
  const labelNames = ["source"] as const;
  const counter = (name: string, help: string): Counter<"source"> =>
    new Counter({ name: `exporterkit_logs_${name}_total`, help, labelNames, registers });
  const gauge = (name: string, help: string): Gauge<"source"> =>
    new Gauge({ name: `exporterkit_logs_${name}`, help, labelNames, registers });
  const lines = counter("lines", "Lines read.");
  const matched = counter("matched_lines", "Lines of one of the formats of the source.");
  const unmatched = counter("unmatched_lines", "Lines of none of them.");
  const bytes = counter("read_bytes", "Bytes read.");
  const rotations = counter("rotations", "Times that a file was renamed, truncated or replaced.");
  const lag = gauge("lag_bytes", "Bytes of the source's files that have not been read yet.");
  const openFiles = gauge(
    "open_files",
    "Files of the source that are open, those that were renamed or deleted lately included.",
  );
  const dropped = new Counter({
    name: "exporterkit_logs_dropped_lines_total",
    help: "Lines that were given up, by why: too long, too long for a costly pattern, too many at once, or not of the protocol.",
    labelNames: ["source", "reason"],
    registers,
  });
  const errors = new Counter({
    name: "exporterkit_logs_errors_total",
    help: "What went wrong, by what: opening or reading a file, a file that was lost while the exporter did not run, a value that is no number.",
    labelNames: ["source", "kind"],
    registers,
  });
  return (source) => {
    const drops = new Map<DropReason, CounterSeries>();
    for (const reason of ["too_long", "too_costly", "queue_full", "malformed"] as const) {
      drops.set(reason, dropped.labels({ source, reason }));
    }
    for (const kind of ["open", "read", "lost", "value", "connection"] as const) errors.labels({ source, kind });
    return {
      lines: lines.labels({ source }),
      matched: matched.labels({ source }),
      unmatched: unmatched.labels({ source }),
      bytes: bytes.labels({ source }),
      lag: lag.labels({ source }),
      openFiles: openFiles.labels({ source }),
      rotations: rotations.labels({ source }),
      dropped: (reason) => drops.get(reason)!.inc(),
      failed: (kind) => errors.inc({ source, kind }),
    };
  };
}
