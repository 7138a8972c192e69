/** A message of syslog, with what came with it. */
export interface SyslogMessage {
  readonly message: string;
  readonly envelope: Readonly<Record<string, string | undefined>>;
}

/** The names that the envelope of a message may have. */
export const syslogFields: readonly string[] = [
  "facility",
  "severity",
  "timestamp",
  "host",
  "program",
  "pid",
  "message_id",
  "structured_data",
  "peer",
];

const facilities =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7".split(
    " ",
  );
const severities = "emerg alert crit err warning notice info debug".split(" ");

/**
 * Takes a message apart, as RFC 5424 or RFC 3164 has it; of the latter, which describes what was seen rather than what is right,
 * whatever is there. Undefined for a text without a priority.
 */
export function parseSyslog(text: string, peer?: string): SyslogMessage | undefined {
  const head = /^<(\d{1,3})>/.exec(text);
  if (head === null || Number(head[1]) > 191) return undefined;
  const priority = Number(head[1]);
  const common = { facility: facilities[priority >> 3], severity: severities[priority & 7], peer };
  const rest = text.slice(head[0].length);
  return rest.startsWith("1 ") ? modern(rest, common) : traditional(rest, common);
}

type Envelope = Record<string, string | undefined>;

function modern(text: string, common: Envelope): SyslogMessage | undefined {
  const match = /^1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /.exec(text);
  if (match === null) return undefined;
  const [head, timestamp, host, program, pid, messageId] = match.map((part) => (part === "-" ? undefined : part));
  const end = endOfStructuredData(text, head!.length);
  if (end < 0) return undefined;
  const data = text.slice(head!.length, end);
  const message = text.slice(end + 1).replace(/^\uFEFF/, "");
  return {
    message,
    envelope: {
      ...common,
      timestamp,
      host,
      program,
      pid,
      message_id: messageId,
      structured_data: data === "-" ? undefined : data,
    },
  };
}

/** The place behind `-` or `[…][…]`, in which quotes hide brackets; -1 where neither stands there. */
function endOfStructuredData(text: string, start: number): number {
  if (text[start] === "-") return start + 1;
  let at = start;
  while (text[at] === "[") {
    let isQuoted = false;
    for (at++; at < text.length; at++) {
      const char = text[at];
      if (isQuoted && char === "\\") at++;
      else if (char === '"') isQuoted = !isQuoted;
      else if (char === "]" && !isQuoted) break;
    }
    if (at >= text.length) return -1;
    at++;
  }
  return at === start ? -1 : at;
}

/** How switches and firewalls of Cisco write: a number of the message, a host and a time, of which any may be absent. */
const ofCisco =
  /^(?:\d{0,10}: )?(?:([\w.-]{1,255}): )?[*.]?((?:\d{4} )?[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [A-Z]{1,5})?)(?: ([\w.-]{1,255}))? ?: (?=%)/;

function traditional(text: string, common: Envelope): SyslogMessage {
  const cisco = ofCisco.exec(text);
  if (cisco !== null) {
    const [head, host, timestamp, hostBehind] = cisco;
    return tagged(text.slice(head.length), { ...common, timestamp, host: host ?? hostBehind });
  }
  const time =
    /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:?\d\d)) /.exec(
      text,
    );
  let rest = text.slice(time?.[0].length ?? 0);
  // Programs that write to the socket of the machine leave the host out.
  const host = time === null ? null : /^([^\s:[\]]{1,255}) (?=\S)/.exec(rest);
  return tagged(rest.slice(host?.[0].length ?? 0), { ...common, timestamp: time?.[1], host: host?.[1] });
}

/** A text with the program before it. What is a number alone is none, but counts messages. */
function tagged(text: string, envelope: Envelope): SyslogMessage {
  const tag = /^(?!\d+:)([^\s:[\]]{1,64})(?:\[([^\]]{1,32})\])?: ?/.exec(text);
  return { message: text.slice(tag?.[0].length ?? 0), envelope: { ...envelope, program: tag?.[1], pid: tag?.[2] } };
}
