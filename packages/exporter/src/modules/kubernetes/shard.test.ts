import { expect, it } from "vitest";
import { shardOf } from "./shard.ts";

it.each([
  [{ shard: undefined, total: 1 }, "web-5d4f-x", false],
  [{ shard: 0, total: 1 }, "web", false],
  [{ shard: undefined, total: 3 }, "exporterkit-2", true],
  [{ shard: 1, total: 3 }, "whatever", true],
])("tells of %j and %s whether there are shards", (options, name, isSharded) => {
  expect(shardOf(options, name) !== undefined).toBe(isSharded);
});

it.each([
  [
    { shard: undefined, total: 3 },
    "exporterkit",
    /^Which of 3 shards this is cannot be told from the pod's name "exporterkit": run it as a StatefulSet/,
  ],
  [{ shard: undefined, total: 3 }, "exporterkit-3", /^This is shard 3, of 3 that begin at 0: set total_shards/],
  [{ shard: 1, total: 1 }, "x", /^This is shard 1, of 1 /],
])("says of %j and %s what is wrong", (options, name, message) => {
  expect(() => shardOf(options, name)).toThrow(message);
});
