import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Counter } from "./metrics/counter.ts";
import { Gauge } from "./metrics/gauge.ts";
import { Histogram } from "./metrics/histogram.ts";
import type { RegistrableMetric } from "./registrable-metric.ts";
import { Registry } from "./registry.ts";

const types = { counter: Counter, gauge: Gauge, histogram: Histogram };

/** What happens between two collections to one of two registries of which a view is collected. */
interface Change {
  readonly part: 0 | 1;
  readonly what: keyof typeof types | "goes";
  readonly name: string;
  /** Whether its `collect` fails in the collections to come. */
  readonly fails: boolean;
  /** The name of a gauge that a collector makes in the next collection alone. */
  readonly made: string | undefined;
}

const names = fc.constantFrom("a", "a_total", "a_count", "b", "exporterkit_series_overflowed");
const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    part: fc.constantFrom(0 as const, 1 as const),
    what: fc.constantFrom("counter" as const, "gauge" as const, "histogram" as const, "goes" as const),
    name: names,
    fails: fc.boolean(),
    made: fc.option(names, { nil: undefined, freq: 3 }),
  }),
  { minLength: 1, maxLength: 20 },
);

function change(registry: Registry, { what, name, fails }: Change): void {
  if (what === "goes") return registry.removeSingleMetric(name);
  const collect = (): void => {
    if (fails) throw new Error(`${name} fails`);
  };
  const options = { name, help: "Help.", registers: [registry], collect };
  try {
    void new types[what](options);
  } catch {
    // The registry itself has such a name.
  }
}

async function collected(view: Registry, told: string[]): Promise<unknown> {
  told.length = 0;
  const families = await view.collect();
  return { families: families.map(({ name, type }) => `${type} ${name}`), told: [...told] };
}

it("finds what one that never collected before would find", async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (all) => {
      const parts = [new Registry(), new Registry()] as const;
      const told: string[] = [];
      const onCollectError = (error: unknown, source: string): void => void told.push(`${source}: ${String(error)}`);
      const made: RegistrableMetric[] = [];
      parts[0].registerMetric(new Gauge({ name: "first", help: "Help.", registers: [] }));
      const viewOf = (): Registry => Registry.merge(parts, { onCollectError });
      const view = viewOf();
      // Made while nothing clashes yet.
      const fresh = all.map(viewOf);
      const collector = (): RegistrableMetric[] => made;
      for (const [i, each] of all.entries()) {
        change(parts[each.part], each);
        parts[1].removeCollector(collector);
        made.length = 0;
        if (each.made !== undefined) {
          made.push(new Gauge({ name: each.made, help: "Help.", registers: [] }));
          parts[1].registerCollector(collector);
        }
        expect(await collected(view, told)).toEqual(await collected(fresh[i]!, told));
      }
    }),
  );
});
