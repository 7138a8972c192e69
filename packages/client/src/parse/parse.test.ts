import { expect, it } from "vitest";
import { ParseError, parse } from "./index.ts";

function faultOf(body: string | Uint8Array, contentType?: string): ParseError {
  try {
    parse(body, contentType);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
  throw new Error("It was read.");
}

it.each([
  undefined,
  "",
  "text/plain",
  "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
  'TEXT/PLAIN;Version="0.0.4"',
])("reads text 0.0.4 for the Content-Type %s", (contentType) => {
  expect(parse("a 1\n", contentType)).toEqual([
    { name: "a", type: "unknown", samples: [{ name: "a", labels: {}, value: 1 }] },
  ]);
});

it("takes quoted names from text 1.0.0 and OpenMetrics alone", () => {
  expect(parse('{"a.b"} 1\n', "text/plain; version=1.0.0")[0]?.name).toBe("a.b");
  expect(parse('{"a.b"} 1\n# EOF\n', "application/openmetrics-text; version=0.0.1")[0]?.name).toBe("a.b");
  expect(faultOf('{"a.b"} 1\n')).toMatchObject({ line: 1, column: 2 });
});

it.each([
  "text/html",
  "text/plain; version=2",
  "application/openmetrics-text; version=2.0.0",
  "application/vnd.google.protobuf; proto=other; encoding=delimited",
  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=text",
])("refuses the Content-Type %s", (contentType) => {
  const fault = faultOf("a 1\n", contentType);
  expect(fault.message).toContain(JSON.stringify(contentType).slice(0, 30));
  expect(fault.line).toBeUndefined();
});

it("reads bytes like text, and a byte order mark as no part of it", () => {
  const bytes = new TextEncoder().encode('a{b="é😀"} 1\n');
  expect(parse(bytes)).toEqual(parse('a{b="é😀"} 1\n'));
  expect(faultOf(new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]))).toMatchObject({ line: 1, column: 1 });
});

it.each([
  ["a stray byte", [0xff, 0x0a]],
  ["an overlong form", [0xc0, 0x80]],
  ["a surrogate", [0xed, 0xa0, 0x80]],
  ["the start of a character alone", [0xc3]],
])("says where %s is", (_, wrong) => {
  const bytes = new Uint8Array([...new TextEncoder().encode("a 1\né"), ...wrong]);
  expect(faultOf(bytes)).toMatchObject({ name: "ParseError", line: 2, column: 2 });
});

it("refuses a lone surrogate in a string", () => {
  expect(faultOf('a 1\nb{c="\ud800"} 1\n')).toMatchObject({ line: 2, column: 6 });
});

it("wants protobuf as bytes", () => {
  expect(faultOf("", "application/vnd.google.protobuf").message).toBe(
    "Expected protobuf as bytes, but found a string.",
  );
});

it("counts columns in UTF-16 units, and cuts what it quotes short", () => {
  const fault = faultOf(`a{b="😀"} ${"x".repeat(100)}\n`);
  expect(fault).toMatchObject({ line: 1, column: 11, offset: undefined });
  expect(fault.message).toBe(`Expected a number as the value at line 1, column 11, but found "${"x".repeat(39)}"….`);
});
