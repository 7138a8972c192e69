import type { SummaryPlot } from "../../page/summary.ts";

/** Groupings are views of the same pods, of which no two may be added up. */
const firstOf = "grouping";

/** What the live page shows of a cluster's pods on top. */
export const kubernetesSummary: readonly SummaryPlot[] = [
  {
    title: "Pods: CPU",
    lines: [
      { metric: "kube_label_cpu_usage_cores", firstOf, label: "cores in use" },
      { metric: "kube_label_cpu_request_cores", firstOf, label: "requested" },
    ],
  },
  {
    title: "Pods: memory",
    unit: "bytes",
    lines: [
      { metric: "kube_label_memory_working_set_bytes", firstOf, label: "in use" },
      { metric: "kube_label_memory_request_bytes", firstOf, label: "requested" },
    ],
  },
  {
    title: "Pods",
    lines: [
      { metric: "kube_label_pods", firstOf, where: { phase: "Running" }, label: "running" },
      {
        metric: "kube_label_pods",
        firstOf,
        except: { phase: ["Running", "Succeeded"] },
        label: "neither that nor done",
      },
    ],
  },
  {
    title: "Pods: age of the data",
    unit: "seconds",
    lines: [{ metric: "exporterkit_kubernetes_data_age_seconds", combine: "max", label: "oldest" }],
  },
];
