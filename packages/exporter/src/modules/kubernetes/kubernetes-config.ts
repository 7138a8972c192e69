import { z } from "zod";
import { duration } from "../../config/duration.ts";
import { filePath } from "../../config/file-path.ts";
import { messageOf } from "../../exporter-error.ts";
import { labelNamesOf, parseGroupKey } from "./group-key.ts";

/** The module as a configuration file has it; times are in seconds. */
export interface KubernetesConfig {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly group_by: readonly string[] | Readonly<Record<string, readonly string[]>>;
  readonly usage: "metrics_api" | "kubelet" | "none";
  readonly namespaces: readonly string[];
  readonly label_selector?: string | undefined;
  readonly field_selector?: string | undefined;
  readonly kubelet: {
    readonly via: "node" | "api_server";
    readonly port: number;
    readonly ca_file?: string | undefined;
    readonly insecure_skip_verify: boolean;
    readonly concurrency: number;
  };
  readonly usage_interval: number;
  readonly stale_after: number;
  readonly request_timeout: number;
  readonly watch_timeout: number;
  readonly stalled_after: number;
  readonly max_backoff: number;
  readonly page_size: number;
  readonly max_groups: number;
  readonly shard?: number | undefined;
  readonly total_shards: number;
}

function haveOneLabelEach(list: readonly string[]): boolean {
  try {
    const names = labelNamesOf(list.map(parseGroupKey)).flat();
    return new Set(names).size === names.length;
  } catch {
    // What is wrong with a key is told of that key.
    return true;
  }
}

const key = z.string().superRefine((text, context) => {
  try {
    parseGroupKey(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: messageOf(error) });
  }
});
const keys = z
  .array(key)
  .min(1)
  .refine((list) => new Set(list).size === list.length, "has a key twice; name each once")
  .refine(haveOneLabelEach, "has keys that become one label, even with _conflict1 and so on; leave one of them out");
const groupings = z
  .record(z.string().regex(/^[\w.-]{1,63}$/, "is no name of a grouping; use letters, digits, _, . and -"), keys)
  .refine((lists) => Object.keys(lists).length > 0, "names no grouping; give it one, or a list of keys");
const selector = z.string().min(1).max(4096);
const time = (byDefault: string, description: string): z.ZodType<number> =>
  duration().pipe(z.number().positive("is no time; give more than 0s")).prefault(byDefault).meta({ description });

const kubelet = z.strictObject({
  via: z.enum(["node", "api_server"]).default("node").meta({
    description: "Whether kubelets are asked at their nodes, or through the API server, which needs nodes/proxy.",
  }),
  port: z.int().min(1).max(65_535).default(10_250).meta({ description: "The port of the kubelets." }),
  ca_file: filePath()
    .optional()
    .meta({ description: "The authority of the kubelets' certificates; by default that of the cluster." }),
  insecure_skip_verify: z
    .boolean()
    .default(false)
    .meta({ description: "Whether any certificate of a kubelet will do, even a forged one." }),
  concurrency: z.int().min(1).max(1000).default(10).meta({ description: "How many kubelets are asked at a time." }),
});

const options = z.strictObject({
  kubeconfig: filePath()
    .optional()
    .meta({ description: "A kubeconfig; by default KUBECONFIG, ~/.kube/config, or the service account of the pod." }),
  context: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "The context of the kubeconfig; by default its current one." }),
  group_by: z
    .union([keys, groupings], { error: "is neither a list of keys nor lists of keys by name" })
    .default(["namespace"])
    .meta({
      description:
        "What pods are grouped by: label:NAME, annotation:NAME, namespace, node, owner, pod; several such lists have names.",
    }),
  usage: z
    .enum(["metrics_api", "kubelet", "none"])
    .default("metrics_api")
    .meta({ description: "Where what pods use comes from: metrics.k8s.io, or the kubelets' /metrics/resource." }),
  namespaces: z
    .array(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "is no name that a namespace can have"))
    .max(100)
    .refine((list) => new Set(list).size === list.length, "has a namespace twice; name each once")
    .default([])
    .meta({ description: "The namespaces whose pods are added up; none means all." }),
  label_selector: selector.optional().meta({ description: "Which pods are added up, by their labels." }),
  field_selector: selector
    .optional()
    .meta({ description: "Which pods are added up, by their fields, such as spec.nodeName=…." }),
  kubelet: kubelet.prefault({}).meta({ description: "How kubelets are reached." }),
  usage_interval: time("15s", "How often what pods use is read."),
  stale_after: time("5m", "How old anything may be; what is older is not served."),
  request_timeout: time("30s", "The silence after which a request is given up, and the time that all kubelets have."),
  watch_timeout: time("5m", "How long a watch goes on at least; at most it is twice as long."),
  stalled_after: time("150s", "The silence after which a watch is begun again; servers send a bookmark each minute."),
  max_backoff: time("30s", "The longest wait after failures."),
  page_size: z.int().min(1).max(10_000).default(500).meta({ description: "How many pods a page of a list has." }),
  max_groups: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .meta({ description: "How many groups a grouping may have; pods of others are left out, and counted." }),
  shard: z.int().min(0).optional().meta({
    description: "The number of this exporter among several; by default the one at the end of the pod's name.",
  }),
  total_shards: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .meta({ description: "How many exporters there are, each of which adds up its share of the pods." }),
});

/** What may stand below `modules.kubernetes`. */
export const kubernetesSchema: z.ZodType<KubernetesConfig> = options.refine(
  ({ usage, usage_interval, stale_after }) => usage === "none" || stale_after > usage_interval,
  {
    path: ["stale_after"],
    message: "is no longer than usage_interval, so that samples are too old before the next ones come; raise it",
  },
);
