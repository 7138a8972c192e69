import { expect, it } from "vitest";
import type { ExporterError } from "../exporter-error.ts";
import { parseTarget, withoutSecrets } from "./target.ts";

it.each([
  ["db.example.com", "db.example.com", "db.example.com", undefined],
  ["DB.example.com:05432", "db.example.com:5432", "db.example.com", 5432],
  ["my_db:80", "my_db:80", "my_db", 80],
  ["10.0.0.1:9100", "10.0.0.1:9100", "10.0.0.1", 9100],
  ["[FD00:0::1]:9100", "[fd00::1]:9100", "fd00::1", 9100],
  ["[fd00::1]", "[fd00::1]", "fd00::1", undefined],
  ["fd00::1", "[fd00::1]", "fd00::1", undefined],
  ["http://Example.com", "http://example.com/", "example.com", 80],
  ["https://example.com/a/../b?c=d", "https://example.com/b?c=d", "example.com", 443],
  ["https://[::1]:8443/", "https://[::1]:8443/", "::1", 8443],
  ["xn--bcher-kva.example:80", "xn--bcher-kva.example:80", "xn--bcher-kva.example", 80],
])("reads %s", (text, spelling, host, port) => {
  const target = parseTarget(text);
  expect([target.text, target.host, target.port]).toEqual([spelling, host, port]);
});

it.each([
  // Other spellings of 127.0.0.1.
  ["2130706433", "write 127.0.0.1"],
  ["0x7f000001:80", "write 127.0.0.1"],
  ["0177.0.0.1", "write 127.0.0.1"],
  ["127.1", "write 127.0.0.1"],
  ["http://0x7f.1/", "write 127.0.0.1"],
  ["127.0.0.1.", "write 127.0.0.1"],
  ["１２７.0.0.1", "write 127.0.0.1"],
  ["127。0。0。1", "write 127.0.0.1"],
  // Letters that look like others.
  ["exаmple.com", "write xn--exmple-4nf.com, if that is the host you mean"],
  ["https://bücher.example/", "write xn--bcher-kva.example"],
  ["ⓔxample.com", "write example.com"],
  ["example.com.", "leave the dot out"],
  ["https://example.com./", "leave the dot out"],
  ["user@example.com", "leave them out"],
  ["http://someone:password@example.com/", "leave them out"],
  ["http://example.com@127.0.0.1/", "leave them out"],
  ["%31%32%37.0.0.1", "write host, host:port"],
  ["http:example.com", "write host, host:port"],
  ["http:///example.com", "write host, host:port"],
  ["http:\\\\example.com", "write host, host:port"],
  ["ftp://example.com/", "write host, host:port"],
  ["file:///etc/passwd", "write host, host:port"],
  ["example.com/path", "write host, host:port"],
  ["example.com?query", "write host, host:port"],
  ["exam ple.com", "write host, host:port"],
  ["example\t.com", "write host, host:port"],
  ["example.com\n", "write host, host:port"],
  ["example\0.com", "write host, host:port"],
  ["*.example.com", "write host, host:port"],
  ["example.com:", "write host, host:port"],
  ["example.com:0", "write host, host:port"],
  ["example.com:65536", "write host, host:port"],
  ["example.com:80:80", "write host, host:port"],
  ["[fe80::1%25eth0]:80", "write host, host:port"],
  ["[::1", "write host, host:port"],
  ["1.2.3.4.5", "write host, host:port"],
  ["256.1.1.1", "write host, host:port"],
  [":80", "write host, host:port"],
  ["", "write host, host:port"],
  [`${"a".repeat(2100)}.example`, "longer than 2048"],
])("refuses %j", (text, remedy) => {
  expect(() => parseTarget(text)).toThrow(
    expect.objectContaining({ code: "invalid_target", message: expect.stringContaining(remedy) as string }),
  );
});

it.each([
  "http://someone:hunter2@example.com/",
  "http://someone:hun/ter2@example.com:99999/?token=hunter2",
  "postgres://someone:hunter2@example.com/db",
  `hunter2${"x".repeat(500)}@example.com`,
  "example.com/?token=hunter2",
  "http://exam ple.com/?token=hunter2",
])("does not repeat what may be a secret in %s", (text) => {
  let message = "";
  try {
    parseTarget(text);
  } catch (error) {
    ({ message } = error as ExporterError);
  }
  expect(message).toContain("is refused because");
  expect(message).not.toMatch(/hunter2|ter2|someone/);
});

it("shows a URL without its query, and texts without the secrets of URLs", () => {
  expect(parseTarget("https://example.com/a?token=hunter2#b").shown).toBe("https://example.com/a");
  const text = 'cannot open "postgres://someone:hunter2@db/x?password=hunter2", nor redis://:hunter2@cache';
  expect(withoutSecrets(text)).toBe('cannot open "…@db/x?…", nor …@cache');
});

it("takes the secrets out of a text of a megabyte in no time", () => {
  expect(withoutSecrets("b".repeat(1e6))).toHaveLength(1e6);
  expect(withoutSecrets("?".repeat(1e6))).toBe("?…");
});
