import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { combineCrc32 } from "./crc32.ts";

it("combines checksums to that of all the bytes", () => {
  const bytes = fc.oneof(fc.uint8Array(), fc.uint8Array({ minLength: 1000, maxLength: 70_000 }));
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const both = new Uint8Array([...a, ...b]);
      expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(both));
    }),
    { numRuns: 50 },
  );
});
