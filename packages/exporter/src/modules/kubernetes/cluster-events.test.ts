import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { PodObject } from "./api-objects.ts";
import { Cluster } from "./cluster.ts";
import { columnCount, writeContribution } from "./columns.ts";
import { parseGroupKey } from "./group-key.ts";
import { Grouping } from "./grouping.ts";
import { phases } from "./pod.ts";
import { pod, uses } from "./fixtures/pods.ts";

// What the pods are according to the events, from which the sums can be had from scratch.
type Event =
  | { type: "set"; path: string; uid: number; app: string; phase: string; memory: string; running: string[] }
  | { type: "delete"; path: string }
  | { type: "use"; path: string; cpu: number; memory: number }
  | { type: "unknown"; path: string }
  | { type: "list"; paths: string[] };

const paths = fc.constantFrom("a/1", "a/2", "a/3", "b/1", "b/2");
const apps = fc.constantFrom("", "web", "db", "Ω");
const events: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    type: fc.constant("set" as const),
    path: paths,
    uid: fc.nat(2),
    app: apps,
    phase: fc.constantFrom(...phases),
    memory: fc.constantFrom("1", "1500m", "8Ei", "3Gi", "123456789"),
    running: fc.subarray(["app", "side"]),
  }),
  fc.record({ type: fc.constant("delete" as const), path: paths }),
  fc.record({ type: fc.constant("use" as const), path: paths, cpu: fc.nat(1e12), memory: fc.maxSafeNat() }),
  fc.record({ type: fc.constant("unknown" as const), path: paths }),
  fc.record({ type: fc.constant("list" as const), paths: fc.uniqueArray(paths) }),
);

it("has the same sums after any events as an addition from scratch has", () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 60 }), (all) => {
      const groupings = [
        new Grouping({ keys: [parseGroupKey("label:app")] }),
        new Grouping({ name: "n", keys: [parseGroupKey("namespace"), parseGroupKey("label:app")] }),
      ];
      const cluster = new Cluster({ groupings, maxGroups: 100, staleSeconds: 60 });
      const last = new Map<string, PodObject>();
      let list = 1;
      for (const event of all) {
        if (event.type === "set") {
          const { path, app, phase, memory, running: names } = event;
          const spec = {
            containers: [
              { name: "app", resources: { requests: { memory, cpu: "1m" }, limits: { memory } } },
              { name: "side" },
            ],
          };
          const object = pod(path, { uid: `${path}-${event.uid}`, phase, labels: { app }, spec, running: names });
          last.set(path, object);
          cluster.set(object, 0, list);
        } else if (event.type === "delete") {
          const object = last.get(event.path);
          last.delete(event.path);
          if (object !== undefined) cluster.delete(object);
        } else if (event.type === "list") {
          list++;
          for (const path of last.keys()) if (!event.paths.includes(path)) last.delete(path);
          for (const object of last.values()) cluster.stage(object, 0, list);
          cluster.completeList(0, list);
        } else {
          const [namespace, name] = event.path.split("/");
          const member = cluster.find(namespace!, name!);
          if (member !== undefined)
            cluster.setUsage(member, event.type === "use" ? uses(event.cpu, event.memory) : undefined);
        }
      }
      expect(cluster.size).toBe(last.size);
      for (const [i, grouping] of groupings.entries()) {
        const expected = new Map<string, bigint[]>();
        const numbers = new Float64Array(columnCount);
        for (const { pod: of, usage } of cluster.members()) {
          const key = grouping.valuesOf(last.get(`${of.namespace}/${of.name}`)!).join("|");
          writeContribution(of, usage, numbers);
          const sum = expected.get(key) ?? Array.from(numbers, () => 0n);
          expected.set(
            key,
            sum.map((value, at) => value + BigInt(numbers[at]!)),
          );
        }
        const found = new Map(
          cluster
            .groupsOf(i)
            .map(({ key, sums }) => [
              (JSON.parse(key) as string[]).join("|"),
              Array.from(numbers, (__, at) => sums.at(at)),
            ]),
        );
        expect(found).toEqual(new Map(Array.from(expected, ([key, sum]) => [key, sum.map(Number)])));
      }
    }),
    { numRuns: 300 },
  );
});
