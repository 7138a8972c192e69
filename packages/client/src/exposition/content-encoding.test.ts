import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { Gauge } from "../metrics/gauge.ts";
import { Registry } from "../registry.ts";
import { negotiateEncoding } from "./content-encoding.ts";

it.each([
  [undefined, undefined],
  [null, undefined],
  ["", undefined],
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["gzip, deflate, br, zstd", "gzip"],
  ["zstd, gzip;q=0.9", "zstd"],
  ["br;q=1, gzip;q=0.8", "gzip"],
  ["gzip;q=0", undefined],
  ["gzip;q=nonsense", undefined],
  ["identity", undefined],
  ["identity, gzip;q=0.5", undefined],
  ["identity;q=0.5, gzip", "gzip"],
  ["*", undefined],
  ['"gzip', undefined],
])("takes %j as a wish for %s", (header, encoding) => {
  expect(negotiateEncoding(header, ["gzip", "zstd"])).toBe(encoding);
});

it("takes the second best where the best is not available", () => {
  expect(negotiateEncoding("zstd, gzip;q=0.9", ["gzip"])).toBe("gzip");
});

it("compresses an exposition to what it is, and again after some of it has changed", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "g", help: "G.", labelNames: ["n"], registers: [registry] });
  for (let n = 0; n < 20_000; n++) gauge.set({ n }, n);
  for (const changed of [0, 19_999, 7]) {
    gauge.set({ n: changed }, -1);
    const exposition = await registry.expose({ acceptEncoding: "gzip" });
    expect(exposition.contentEncoding).toBe("gzip");
    expect(exposition.contentType).toMatch(/^text\/plain/);
    expect(exposition.length).toBe(exposition.body.length);
    expect(gunzipSync(exposition.body).toString()).toBe(await registry.metrics());
  }
});

it("leaves a short exposition as it is", async () => {
  const registry = new Registry();
  new Gauge({ name: "g", help: "G.", registers: [registry] });
  const { contentEncoding, body } = await registry.expose({ acceptEncoding: "gzip" });
  expect(contentEncoding).toBeUndefined();
  expect(new TextDecoder().decode(body)).toContain("g 0\n");
});
