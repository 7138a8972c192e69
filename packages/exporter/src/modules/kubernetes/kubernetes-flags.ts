import type { GivenFlags, ModuleFlags } from "../../module.ts";

/** The flags that say which share of the pods is ours, by the names of kube-state-metrics. */
export const kubernetesFlags: ModuleFlags = {
  list: [
    { name: "shard", description: "number of this exporter among several, from 0", kind: "value" },
    { name: "total-shards", description: "how many exporters share the pods of a cluster", kind: "value" },
  ],
  apply(written: unknown, given: GivenFlags): unknown {
    const shard = given.get("shard");
    const total = given.get("total-shards");
    return {
      ...(written as object | null | undefined),
      ...(shard !== undefined && { shard: numberOf(shard) }),
      ...(total !== undefined && { total_shards: numberOf(total) }),
    };
  },
};

// What is no number is told by the schema.
function numberOf(value: unknown): unknown {
  return typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
}
