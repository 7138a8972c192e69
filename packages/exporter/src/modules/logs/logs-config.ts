import { z } from "zod";
import { byteSize } from "../../config/byte-size.ts";
import { duration } from "../../config/duration.ts";
import { filePath } from "../../config/file-path.ts";
import { messageOf } from "../../exporter-error.ts";
import { type FormatConfig, formatSchema } from "./format-config.ts";
import type { JournalConfig } from "./journal-source.ts";
import { envelopeOf } from "./envelope-fields.ts";
import { LineCounter } from "./line-counter.ts";
import { LinePattern } from "./line-pattern.ts";
import type { Multiline } from "./line-sink.ts";
import { LogMetrics, MetricFault } from "./log-metrics.ts";
import { type MetricConfig, metricSchema } from "./metric-config.ts";
import { parseHostPort, type SyslogConfig } from "./syslog-source.ts";

/** A source as a configuration has it. */
export interface SourceConfig {
  readonly name: string;
  readonly files?: readonly string[] | undefined;
  readonly pipe?: string | undefined;
  readonly stdin?: true | undefined;
  readonly journald?: JournalConfig | undefined;
  readonly syslog?: SyslogConfig | undefined;
  readonly start_at: "beginning" | "end";
  readonly format?: FormatConfig | undefined;
  readonly multiline?: Multiline | undefined;
  /** Bytes. */
  readonly max_line_size: number;
  readonly metrics: readonly MetricConfig[];
}

/** The module as a configuration file has it. */
export interface LogsConfig {
  readonly state_file?: string | undefined;
  /** Seconds. */
  readonly poll_interval: number;
  readonly linger: number;
  readonly sources: readonly SourceConfig[];
}

const address = z.string().superRefine((text, context) => {
  try {
    parseHostPort(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: messageOf(error) });
  }
});

const journald = z.strictObject({
  units: z.array(z.string().min(1)).default([]).meta({ description: "systemd units; all by default." }),
  identifiers: z.array(z.string().min(1)).default([]).meta({ description: "Identifiers of syslog." }),
  matches: z
    .array(z.string().regex(/^(?:[A-Z_][A-Z0-9_]*=|\+$)/, "is no match of journalctl; write FIELD=value"))
    .default([])
    .meta({ description: "Matches as journalctl takes them, FIELD=value." }),
  directory: filePath().optional().meta({ description: "The folder of another journal." }),
  command: z
    .string()
    .min(1)
    .default("journalctl")
    .meta({ description: "The program that tells what is in the journal." }),
});

const syslog = z
  .strictObject({
    udp: address.optional().meta({ description: "Where to take datagrams from: host:port, :port or [v6]:port." }),
    tcp: address.optional().meta({ description: "Where to take connections from." }),
    max_connections: z.int().min(1).max(10_000).default(100),
  })
  .refine(({ udp, tcp }) => udp !== undefined || tcp !== undefined, "listens nowhere; give it udp, tcp or both");

const multiline = z.strictObject({
  start: z
    .string()
    .min(1)
    .superRefine((text, context) => {
      try {
        new LinePattern(text);
      } catch (error) {
        context.addIssue({ code: "custom", message: messageOf(error) });
      }
    })
    .meta({ description: "A regular expression that is found in the first line of each event." }),
  max_lines: z.int().min(1).max(100_000).default(500),
  max_size: byteSize().prefault("256KiB"),
  max_wait: duration()
    .prefault("1s")
    .meta({ description: "When an event is taken for complete that nothing follows." }),
});

const kinds = ["files", "pipe", "stdin", "journald", "syslog"] as const;

const source = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, "is no name; use letters, digits, _, . and -")
      .meta({ description: "What the source is called in the label source and in the state file." }),
    files: z
      .array(filePath())
      .min(1)
      .optional()
      .meta({ description: "Files and patterns of files, which may appear later." }),
    pipe: filePath().optional().meta({ description: "A named pipe." }),
    stdin: z.literal(true).optional().meta({ description: "The standard input." }),
    journald: journald.optional().meta({ description: "The journal of systemd." }),
    syslog: syslog.optional().meta({ description: "Messages by the protocol of syslog." }),
    start_at: z
      .enum(["beginning", "end"])
      .default("end")
      .meta({ description: "Where to begin with what is there at the very first start." }),
    format: formatSchema.optional().meta({ description: "How lines are written; without one a line is a text." }),
    multiline: multiline.optional().meta({ description: "How several lines are one." }),
    max_line_size: byteSize()
      .prefault("64KiB")
      .refine((size) => size >= 64 && size <= 16 * 1024 * 1024, "is out of range; choose 64B to 16MiB")
      .meta({ description: "Longer lines are dropped, and counted as such." }),
    metrics: z.array(metricSchema).min(1).meta({ description: "What to count in the lines." }),
  })
  .superRefine((given, context) => {
    const used = kinds.filter((kind) => given[kind] !== undefined);
    if (used.length !== 1) {
      const found = used.length === 0 ? "reads nothing" : `reads ${used.join(" and ")}`;
      context.addIssue({ code: "custom", message: `${found}; give it exactly one of ${kinds.join(", ")}` });
    }
  });

/** What may stand below `modules.logs`. */
export const logsSchema: z.ZodType<LogsConfig> = z
  .strictObject({
    state_file: filePath().optional().meta({
      description: "Where to keep up to where logs were read, so that a restart neither loses nor repeats lines.",
    }),
    poll_interval: duration()
      .prefault("250ms")
      .refine((seconds) => seconds >= 0.01, "is too short; choose 10ms or more")
      .meta({ description: "How often to look whether files have grown, where nothing tells sooner." }),
    linger: duration()
      .prefault("5m")
      .meta({ description: "How long a file that was renamed or deleted is read on after it last grew." }),
    sources: z.array(source).min(1).meta({ description: "Where lines come from, and what to count in them." }),
  })
  .superRefine(({ sources }, context) => {
    const into = new LogMetrics();
    for (const [index, given] of sources.entries()) {
      if (sources.findIndex(({ name }) => name === given.name) < index) {
        context.addIssue({
          code: "custom",
          path: ["sources", index, "name"],
          message: `"${given.name}" stands twice; give each source a name of its own`,
        });
      }
      for (const [position, metric] of given.metrics.entries()) {
        try {
          const { format } = given;
          new LineCounter({
            format,
            metrics: [metric],
            into,
            faults: { wrongValue() {}, tooCostly() {} },
            envelope: envelopeOf(given),
          });
        } catch (error) {
          if (!(error instanceof MetricFault)) continue;
          context.addIssue({
            code: "custom",
            path: ["sources", index, "metrics", position],
            message: messageOf(error),
          });
        }
      }
    }
  });
