import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { Gauge } from "../metrics/gauge.ts";
import { Registry } from "../registry.ts";
import { ExpositionCache } from "./exposition-cache.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

it.each(["text/plain", "application/openmetrics-text", "application/vnd.google.protobuf;encoding=delimited"])(
  "holds no metric in %s once another takes its place, even one that says the same",
  async (accept) => {
    const cache = new ExpositionCache();
    async function expose(): Promise<WeakRef<object>> {
      const registry = new Registry({ cache });
      const gauge = new Gauge({ name: "rooms", help: "Rooms.", labelNames: ["room"], registers: [registry] });
      for (const room of ["hall", "attic"]) gauge.set({ room }, 1);
      (await registry.expose({ accept })).release();
      return new WeakRef(gauge);
    }
    const first = await expose();
    await expose();
    // What a WeakRef was asked for stays until the end of the turn.
    await turn();
    collectGarbage();
    expect(first.deref()).toBeUndefined();
  },
);
