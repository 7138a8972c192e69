import { describe, expect, it } from "vitest";
import { formatAddress, parseAddress, urlOf } from "./address.ts";

it.each(["unix:/run/exporter.sock", "unix:/a b"])("%s is the path of a Unix socket", (text) => {
  expect(parseAddress(text)).toEqual({ path: text.slice(5) });
  expect(formatAddress(parseAddress(text))).toBe(text);
});

describe("an address to listen on", () => {
  it.each([
    [":9999", undefined, 9999],
    ["127.0.0.1:0", "127.0.0.1", 0],
    ["localhost:65535", "localhost", 65535],
    ["[::1]:80", "::1", 80],
    ["[fe80::1%eth0]:80", "fe80::1%eth0", 80],
  ])("%s is read and written back", (text, host, port) => {
    expect(parseAddress(text)).toEqual({ host, port });
    expect(formatAddress(parseAddress(text))).toBe(text);
  });

  it.each([
    "",
    "9999",
    "host",
    "host:",
    "host:x",
    ":65536",
    "::1:80",
    "[::1]",
    "a b:80",
    "http://a:80",
    "a:80/",
    ":-1",
    "[abc]:0",
    "[:::::]:0",
    "999.1.1.1:0",
    "unix:",
    "unix:/",
    "unix:relative.sock",
    "unix:/folder/",
    `unix:/${"x".repeat(107)}`,
  ])("%j is refused", (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: "invalid_address" }));
  });

  it("has a URL at which this machine reaches it", () => {
    expect(urlOf({ host: "::", port: 9999 }, "http")).toBe("http://127.0.0.1:9999/");
    expect(urlOf({ host: "::1", port: 9999 }, "https")).toBe("https://[::1]:9999/");
    expect(urlOf({ path: "/run/exporter.sock" }, "https")).toBe("unix:/run/exporter.sock");
  });
});
