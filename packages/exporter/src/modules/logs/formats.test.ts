import { describe, expect, it } from "vitest";
import { apacheFormat, combinedLogFormat } from "./apache-format.ts";
import { expandGrok } from "./grok.ts";
import { grokLibrary } from "./grok-library.ts";
import { jsonFormat } from "./json-format.ts";
import type { LineFormat } from "./line-format.ts";
import { LinePattern } from "./line-pattern.ts";
import { logfmtFormat } from "./logfmt-format.ts";
import { nginxFormat } from "./nginx-format.ts";
import { PatternFormat } from "./pattern-format.ts";

/** The fields of these names, or undefined where the line is of another format. */
function read(format: LineFormat, line: string, ...names: string[]): (string | undefined)[] | undefined {
  const parser = format.parser(names);
  // Within other text, as lines of a file are.
  return parser.parse(`"x ${line}" y\n`, 3, 3 + line.length) ? names.map((_, index) => parser.field(index)) : undefined;
}

const combined =
  '203.0.113.7 - jane [10/Oct/2026:13:55:36 +0000] "GET /users/42?x=%20 HTTP/1.1" 200 2326 "https://example.com/" "Mozilla/5.0 (X11) \\"q\\""';

describe("access logs", () => {
  it("of the combined format have the fields of nginx and of the request", () => {
    const names = [
      "remote_addr",
      "remote_user",
      "status",
      "body_bytes_sent",
      "method",
      "path",
      "query",
      "protocol",
      "http_user_agent",
    ];
    const values = [
      "203.0.113.7",
      "jane",
      "200",
      "2326",
      "GET",
      "/users/42",
      "x=%20",
      "HTTP/1.1",
      'Mozilla/5.0 (X11) "q"',
    ];
    expect(read(apacheFormat(combinedLogFormat), combined, ...names)).toEqual(values);
    const grok = new PatternFormat([expandGrok("%{COMBINEDAPACHELOG}")]);
    expect(read(grok, combined, "clientip", "auth", "verb", "request", "response", "agent")).toEqual([
      "203.0.113.7",
      "jane",
      "GET",
      "/users/42?x=%20",
      "200",
      '"Mozilla/5.0 (X11) \\"q\\""',
    ]);
  });

  it("are read by the format string of nginx, whatever clients send", () => {
    const format = nginxFormat(
      '$remote_addr - $remote_user [$time_local] "$request" $status rt=$request_time ut="$upstream_response_time" $pipe',
    );
    const line = (request: string): string =>
      `2001:db8::1 - a b [10/Oct/2026:13:55:36 +0000] "${request}" 400 rt=0.012 ut="0.010, 0.002 : -" p`;
    const names = ["remote_user", "method", "path", "status", "request_time", "upstream_response_time", "pipe"];
    const rest = ["400", "0.012", "0.010, 0.002 : -", "p"];
    expect(read(format, line("GET /a b HTTP/1.0"), ...names)).toEqual(["a b", "GET", "/a b", ...rest]);
    expect(read(format, line("\\x16\\x03\\x01\\x22 400"), ...names)).toEqual(["a b", "other", "400", ...rest]);
    expect(read(format, line("HACK\\x22 \\xC3\\xA4"), ...names)).toEqual(["a b", "other", "ä", ...rest]);
    expect(read(format, line(""), ...names)).toEqual(["a b", undefined, undefined, ...rest]);
    for (const other of ["", "x", line("").slice(0, -20), line("").replace("400", "4x0")])
      expect(read(format, other)).toBeUndefined();
  });

  it("may have lists without quotes, JSON within, and times of a known length", () => {
    const lists = nginxFormat("$upstream_addr $upstream_response_time ${status}x $time_iso8601$msec");
    expect(
      read(
        lists,
        "10.0.0.1:80, 10.0.0.2:80 0.1, 0.2 : 0.3 200x 2026-10-10T13:55:36+00:001.5",
        "upstream_response_time",
        "status",
        "msec",
      ),
    ).toEqual(["0.1, 0.2 : 0.3", "200", "1.5"]);
    const json = nginxFormat(
      '{"uri":"$request_uri","agent":"$http_user_agent","user":"$remote_user","t":$request_time}',
      "json",
    );
    expect(
      read(
        json,
        '{"uri":"/a?b=\\"c","agent":"x\\",\\"user\\":\\"y","user":"","t":0.5}',
        "path",
        "query",
        "http_user_agent",
        "remote_user",
        "request_time",
      ),
    ).toEqual(["/a", 'b="c', 'x","user":"y', undefined, "0.5"]);
  });

  it("are read by the format string of Apache", () => {
    const format = apacheFormat(
      String.raw`%v:%p %a %{c}a %l %u %t \"%r\" %>s %O %D %{ms}T %{X-Trace}i %!200,304{Location}o %% %{UNIQUE_ID}e`,
    );
    const line =
      'example.com:443 10.0.0.1 10.0.0.2 - - [10/Oct/2026:13:55:36 +0000] "POST /x HTTP/2.0" 503 12 345 0 abc - % id';
    expect(
      read(
        format,
        line,
        "server_name",
        "peer_addr",
        "method",
        "status",
        "bytes_sent",
        "request_time_us",
        "request_time_ms",
        "http_x_trace",
        "sent_http_location",
        "env_unique_id",
      ),
    ).toEqual(["example.com", "10.0.0.2", "POST", "503", "12", "345", "0", "abc", undefined, "id"]);
  });

  it("are read by the format string that Apache's own configuration has for TLS, and with what modules add", () => {
    const format = apacheFormat('%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r" %b %^FB %{X-Sum}^ti %{X-Sum}^to');
    const line = '[10/Oct/2026:13:55:36 +0000] ::1 TLSv1.3 TLS_AES_256_GCM_SHA384 "GET / HTTP/1.1" 7 1500 a b';
    const names = ["ssl_protocol", "ssl_cipher", "path", "first_byte_time_us", "trailer_x_sum", "sent_trailer_x_sum"];
    expect(read(format, line, ...names)).toEqual(["TLSv1.3", "TLS_AES_256_GCM_SHA384", "/", "1500", "a", "b"]);
  });

  it.each([
    [() => nginxFormat("$a$b"), "has nothing between a and b"],
    [() => nginxFormat("plain"), "has no field"],
    [() => nginxFormat("$a $ b"), 'has a "$" without'],
    [() => apacheFormat("%h %Z"), "has %Z, which is no directive"],
  ])("whose format string is wrong are refused, %#", (make, fault) => {
    expect(make).toThrow(fault);
  });
});

describe("JSON", () => {
  it("has fields, those of objects within, and numbers as they are written", () => {
    const line = '{"level":"info","http":{"status":200,"a.b":true},"list":[1,2],"none":null,"x.y":"z"}';
    expect(
      read(
        jsonFormat,
        line,
        "level",
        "http.status",
        "list",
        "none",
        "x.y",
        "missing",
        "http.constructor",
        "__proto__.x",
      ),
    ).toEqual(["info", "200", "[1,2]", undefined, "z", undefined, undefined, undefined]);
    expect(read(jsonFormat, `<13>app: ${line}`, "level")).toEqual(["info"]);
  });

  it.each(["", "[1]", "{", '"x"', "null", '{"a":}'])("is not %s", (line) => {
    expect(read(jsonFormat, line, "a")).toBeUndefined();
  });
});

describe("logfmt", () => {
  it("has pairs, texts in quotes and keys alone", () => {
    const line = 'time=2026-01-01T00:00:00Z level=warn msg="a \\"b\\" \\\\" retry empty= x="unclosed';
    expect(read(logfmtFormat, line, "level", "msg", "retry", "empty", "x", "none")).toEqual([
      "warn",
      'a "b" \\',
      "true",
      "",
      "unclosed",
      undefined,
    ]);
    expect(read(logfmtFormat, "no pair here", "no")).toBeUndefined();
  });
});

describe("grok", () => {
  it.each([
    [
      "%{SYSLOGBASE} %{GREEDYDATA:message}",
      "Oct  1 09:05:07 host-1 sshd[123]: Failed password",
      { timestamp: "Oct  1 09:05:07", logsource: "host-1", program: "sshd", pid: "123", message: "Failed password" },
    ],
    [
      "^%{TIMESTAMP_ISO8601:t} %{LOGLEVEL:level} ",
      "2026-10-01T09:05:07.123+02:00 WARN x",
      { t: "2026-10-01T09:05:07.123+02:00", level: "WARN" },
    ],
    [
      "^%{IP:ip} %{URI:uri} %{UUID:id}$",
      "fe80::1%eth0 https://u:p@example.com:8443/a?b=c 123e4567-e89b-12d3-a456-426614174000",
      { ip: "fe80::1%eth0", uri: "https://u:p@example.com:8443/a?b=c" },
    ],
    [
      "^%{NUMBER:[http][took]:float}ms %{QS:q} %{HOSTPORT:hp} %{MAC:mac}$",
      '-1.5e3ms "a\\"b" [::1]:80 00:11:22:aa:bb:cc',
      { "http.took": "-1.5e3", q: '"a\\"b"', hp: "[::1]:80", mac: "00:11:22:aa:bb:cc" },
    ],
    ["%{MINE:x}", "order 77", { x: "order 77" }],
    [
      "%{NGINXERRORLOG}",
      "2026/10/01 09:05:07 [error] 12#0: *5 open() failed",
      { loglevel: "error", connection: "5", message: "open() failed" },
    ],
    [
      "%{HTTPD24_ERRORLOG}",
      "[Sat Oct 10 13:55:36.123 2026] [core:error] [pid 12:tid 34] [client 10.0.0.1:4711] AH00128: File does not exist",
      { module: "core", loglevel: "error", errorcode: "AH00128" },
    ],
  ])("%s takes fields out of a line", (pattern, line, fields) => {
    const format = new PatternFormat([expandGrok(pattern, { MINE: "order %{POSINT}" })]);
    expect(read(format, line, ...Object.keys(fields))).toEqual(Object.values(fields));
  });

  it.each([
    ["1.2.3.4", "IPV4"],
    ["::", "IPV6"],
    ["::1", "IPV6"],
    ["1::", "IPV6"],
    ["1:2:3:4:5:6:7:8", "IPV6"],
    ["1:2::7:8", "IPV6"],
    ["::ffff:1.2.3.4", "IPV6"],
    ["1:2:3:4:5:6:7::", "IPV6"],
    ["10/Oct/2026:13:55:36 +0000", "HTTPDATE"],
    ["/var/log/x", "PATH"],
    ["C:\\a\\b", "WINPATH"],
    ["a.b-c.example.", "HOSTNAME"],
    ["x+y@example.com", "EMAILADDRESS"],
    ["Mon, 02 Jan 2006 15:04:05 -0700", "DATESTAMP_RFC2822"],
    ["12/31/2026", "DATE_US"],
    ["31.12.2026", "DATE_EU"],
    ["urn:isbn:123", "URN"],
    ["/a/b?c=d", "URIPATHPARAM"],
  ])("%s is a whole %s", (text, name) => {
    const finder = new LinePattern(expandGrok(`^%{${name}}$`)).finder([]);
    expect(finder.find(text)).toBe(true);
    expect(finder.find(`${text}\r`)).toBe(false);
  });

  it("has no pattern in its library that takes more than a bounded time, and hardly one that ordinary lines are too long for", () => {
    const short: string[] = [];
    for (const name of grokLibrary.keys()) {
      const pattern = new LinePattern(expandGrok(`^%{${name}:x}$`));
      if (pattern.nativeLength < 500) short.push(`${name} ${pattern.nativeLength}`);
    }
    expect(short).toEqual([]);
  });

  it.each([
    ["%{USRNAME}", "did you mean %{USERNAME}?"],
    ["%{NOTHINGLIKEIT}", "define it below patterns"],
    ["%{A B}", "malformed"],
    ["%{LOOP}", "within itself"],
  ])("%s is refused in a sentence", (pattern, fault) => {
    expect(() => expandGrok(pattern, { LOOP: "x%{LOOP}" })).toThrow(fault);
  });
});

it("reads what is escaped in every line of a text, also where the same text comes twice", () => {
  const parser = nginxFormat('"$request" "$http_user_agent"').parser(["http_user_agent"]);
  const line = String.raw`"GET / HTTP/1.1" "a \x22quoted\x22 agent"`;
  for (let time = 0; time < 2; time++) {
    const text = `${line}\n${line}\n`;
    for (const start of [0, line.length + 1]) {
      expect(parser.parse(text, start, start + line.length)).toBe(true);
      expect(parser.field(0)).toBe('a "quoted" agent');
    }
  }
});
