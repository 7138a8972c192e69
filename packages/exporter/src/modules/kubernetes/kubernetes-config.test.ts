import { describe, expect, it } from "vitest";
import { silentLogger } from "../../logger.ts";
import { kubernetesFlags } from "./kubernetes-flags.ts";
import { kubernetesSchema } from "./kubernetes-config.ts";
import { kubernetesModule } from "./module.ts";

const messagesFor = (config: unknown): string[] =>
  (kubernetesSchema.safeParse(config).error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);

it("needs nothing to be said", () => {
  const config = kubernetesSchema.parse({});
  expect(config).toMatchObject({ group_by: ["namespace"], usage: "metrics_api", usage_interval: 15, stale_after: 300 });
  const names = kubernetesModule.collectors(config, { logger: silentLogger }).map(({ name }) => name);
  expect(names).toEqual(["kubernetes_api", "kubernetes_pods", "kubernetes_usage"]);
});

describe("what is wrong is told with the remedy", () => {
  it.each([
    [{ group_by: { "team size": ["label:team"] } }, "is no name of a grouping; use letters, digits, _, . and -"],
    [{ group_by: {} }, "names no grouping; give it one, or a list of keys"],
    [{ group_by: ["node", "node"] }, "has a key twice; name each once"],
    [{ group_by: ["node", "label:"] }, "names no key that labels of Kubernetes can have"],
    [
      { group_by: ["label:a.b", "label:a_b", "label:a_b_conflict1"] },
      "has keys that become one label, even with _conflict1 and so on; leave one of them out",
    ],
    [{ namespaces: ["Shop"] }, "is no name that a namespace can have"],
    [{ usage_interval: "0s" }, "is no time; give more than 0s"],
    [
      { usage_interval: "1m", stale_after: "1m" },
      "is no longer than usage_interval, so that samples are too old before the next ones come; raise it",
    ],
    [{ total_shards: 0 }, "expected number to be >=1"],
  ])("%j", (config, message) => {
    expect(JSON.stringify(kubernetesSchema.safeParse(config).error?.issues)).toContain(message);
  });
  it("for keys by their places", () => {
    expect(messagesFor({ group_by: [] })).toHaveLength(1);
  });
});

it("takes the shard from flags by the names of kube-state-metrics", () => {
  const given = new Map([
    ["shard", "2"],
    ["total-shards", "5"],
  ]);
  expect(kubernetesFlags.apply({ group_by: ["node"] }, given)).toEqual({
    group_by: ["node"],
    shard: 2,
    total_shards: 5,
  });
  expect(kubernetesFlags.apply(undefined, new Map([["shard", "x"]]))).toEqual({ shard: "x" });
});
