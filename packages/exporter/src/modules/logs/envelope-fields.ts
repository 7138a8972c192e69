import { syslogFields } from "./syslog-message.ts";

/** The names that come with each line of a source, besides its text; undefined where there may be any. */
export function envelopeOf(source: {
  readonly files?: unknown;
  readonly journald?: unknown;
  readonly syslog?: unknown;
}): readonly string[] | undefined {
  if (source.journald !== undefined) return undefined;
  if (source.syslog !== undefined) return syslogFields;
  return source.files === undefined ? [] : ["file"];
}
