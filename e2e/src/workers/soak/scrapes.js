import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { ExpositionCache, Registry } from "@exporterkit/client";
import { whileStopped } from "./clock.js";
import { onceIn, pick, random } from "./random.js";

const accepts = [
  "text/plain;version=0.0.4",
  "text/plain;version=1.0.0;escaping=allow-utf-8",
  "application/openmetrics-text;version=1.0.0",
  "application/openmetrics-text;version=2.0.0;escaping=allow-utf-8",
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
];
const mostHeld = 4;

/** Scrapes of a registry in every format, ended in every way. */
export class Scrapes {
  #registry;
  #defaultLabels = {};
  /** Those that are under way. */
  #pending = new Set();
  /** Answers that are sent slowly. */
  #held = [];

  constructor(registry) {
    this.#registry = registry;
  }

  setDefaultLabels(labels) {
    this.#defaultLabels = labels;
    this.#registry.setDefaultLabels(labels);
  }

  /** Begins a scrape; with some it waits for the answer. */
  async scrape() {
    const names = onceIn(8) ? ["gauge", "counted_total"] : undefined;
    const request = { accept: pick(accepts), acceptEncoding: onceIn(3) ? "gzip" : undefined, names };
    const scrape = this.#registry.expose(request).then((exposition) => this.#finish(exposition));
    this.#pending.add(scrape);
    void scrape.finally(() => this.#pending.delete(scrape));
    if (!onceIn(4)) await scrape;
    // Values change while it goes on.
    else if (onceIn(2)) await setImmediate();
  }

  /** Waits until none is under way, and lets go of all. */
  async settle() {
    await Promise.all(this.#pending);
    while (this.#held.length > 0) this.#send();
  }

  /** Exposes in every format. Throws where that is not what a rendering from nothing gives. */
  async check() {
    await whileStopped(async () => {
      for (const accept of accepts) {
        const options = { createdLines: true, cache: new ExpositionCache(), onCollectError() {} };
        const afresh = Registry.merge([this.#registry], options);
        afresh.setDefaultLabels(this.#defaultLabels);
        const kept = await this.#registry.expose({ accept });
        const { body } = await afresh.expose({ accept });
        assertSame(kept.body, body, accept);
        kept.release();
        const compressed = await this.#registry.expose({ accept, acceptEncoding: "gzip" });
        assertSame(gunzipSync(compressed.body), body, `${accept} with gzip`);
        compressed.release();
      }
    });
  }

  #finish(exposition) {
    switch (random(4)) {
      case 0:
        // Never released.
        return;
      case 1:
        this.#held.push({ exposition, bytes: exposition.body.slice() });
        if (this.#held.length > mostHeld) this.#send();
        return;
      default:
        exposition.release();
    }
  }

  /** Ends the answer that was held the longest. */
  #send() {
    const { exposition, bytes } = this.#held.shift();
    assertSame(exposition.body, bytes, "an answer that is being sent");
    exposition.release();
    exposition.release();
  }
}

/** Throws, with the first line of each that differs, unless two expositions are the same. */
function assertSame(actual, expected, what) {
  if (Buffer.compare(actual, expected) === 0) return;
  const [lines, wanted] = [actual, expected].map((bytes) => Buffer.from(bytes).toString("latin1").split("\n"));
  const at = lines.findIndex((line, i) => line !== wanted[i]);
  assert.fail(
    `${what}, line ${at + 1} of ${lines.length}: ${lines[at]}\n  and not, of ${wanted.length}: ${wanted[at]}`,
  );
}
