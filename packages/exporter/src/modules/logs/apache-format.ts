import { AccessFormat, type FormatPiece } from "./access-format.ts";

/** The names of the fields, those of nginx where it has the same. */
const directives: Readonly<Record<string, string>> = {
  a: "remote_addr",
  A: "server_addr",
  b: "body_bytes_sent",
  B: "body_bytes_sent",
  D: "request_time_us",
  f: "request_filename",
  h: "remote_addr",
  H: "server_protocol",
  I: "request_length",
  k: "keepalive_requests",
  l: "remote_ident",
  L: "log_id",
  m: "request_method",
  O: "bytes_sent",
  p: "server_port",
  P: "pid",
  q: "query_string",
  r: "request",
  R: "handler",
  s: "status",
  S: "bytes_total",
  t: "time_local",
  T: "request_time",
  u: "remote_user",
  U: "uri",
  v: "server_name",
  V: "host",
  X: "connection_status",
  "^FB": "first_byte_time_us",
};

/** Those that have a name in braces. */
const named: Readonly<Record<string, (name: string) => string>> = {
  a: () => "peer_addr",
  C: (name) => `cookie_${name}`,
  e: (name) => `env_${lower(name)}`,
  i: (name) => `http_${lower(name)}`,
  n: (name) => `note_${lower(name)}`,
  o: (name) => `sent_http_${lower(name)}`,
  p: (name) => `${lower(name)}_port`,
  P: (name) => (name === "tid" || name === "hextid" ? "tid" : "pid"),
  t: () => "time",
  T: (name) => (name === "s" ? "request_time" : `request_time_${name}`),
  // Of mod_ssl, SSL_PROTOCOL and SSL_CIPHER above all, which nginx calls the same.
  x: lower,
  "^ti": (name) => `trailer_${lower(name)}`,
  "^to": (name) => `sent_trailer_${lower(name)}`,
};

/** Lines by a `LogFormat` of Apache. Throws a sentence if it is malformed. */
export function apacheFormat(format: string): AccessFormat {
  const pieces: FormatPiece[] = [];
  const add = (text: string): void => {
    const before = pieces.at(-1);
    if (typeof before === "string") pieces[pieces.length - 1] = before + text;
    else if (text !== "") pieces.push(text);
  };
  const token = /%(?:!?\d{3}(?:,\d{3})*)?[<>]?(?:\{([^}]*)\})?(\^?[A-Za-z]{1,2}|%)?|[^%]+/g;
  for (const [text, argument, written = ""] of format.matchAll(token)) {
    if (!text.startsWith("%")) {
      add(text.replaceAll(/\\(["\\nt])/g, (_, char: string) => ({ n: "\n", t: "\t" })[char] ?? char));
      continue;
    }
    if (written === "%") {
      add("%");
      continue;
    }
    // Directives have one letter, but for those that begin with ^; what follows is text.
    const letter = written.startsWith("^") ? written : written.slice(0, 1);
    const name = argument === undefined ? directives[letter] : named[letter]?.(argument);
    if (name === undefined) throw new Error(`has ${text}, which is no directive of Apache that is known`);
    const isTime = name === "time_local";
    if (isTime) add("[");
    pieces.push({
      name,
      shape: isTime ? "10/Oct/2000:13:55:36 -0700".length : name === "status" ? "status" : undefined,
    });
    if (isTime) add("]");
    add(written.slice(letter.length));
  }
  return new AccessFormat({ pieces, escaping: "backslash" });
}

/** The Common Log Format, of Apache, nginx and most others. */
export const commonLogFormat: string = String.raw`%h %l %u %t "%r" %>s %b`;

/** The same with where the request came from and which program sent it. */
export const combinedLogFormat: string = String.raw`%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`;

function lower(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
