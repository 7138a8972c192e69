import type { Dashboard } from "../../module.ts";

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly expr: string;
  readonly legend: string;
}

const ofExporter = 'job=~"$job",instance=~"$instance"';
const where = `{${ofExporter},grouping=~"$grouping"}`;
const by = (metric: string): string => `sum by ($by) (${metric}${where})`;
const legend = "{{$by}}";

const panels: readonly Panel[] = [
  {
    title: "CPU",
    description: "Cores that the pods use now, of the containers that have samples.",
    unit: "none",
    expr: by("kube_label_cpu_usage_cores"),
    legend,
  },
  {
    title: "Memory",
    description: "The working set, of the containers that have samples.",
    unit: "bytes",
    expr: by("kube_label_memory_working_set_bytes"),
    legend,
  },
  {
    title: "CPU: used of what was requested",
    description: "Above 1 the pods use more than was set aside for them.",
    unit: "percentunit",
    expr: `${by("kube_label_cpu_usage_requested_cores")} / ${by("kube_label_cpu_request_sampled_cores")}`,
    legend,
  },
  {
    title: "Memory: used of what was requested",
    description: "Above 1 the pods are the first that a node which runs short of memory evicts.",
    unit: "percentunit",
    expr: `${by("kube_label_memory_working_set_requested_bytes")} / ${by("kube_label_memory_request_sampled_bytes")}`,
    legend,
  },
  {
    title: "CPU: requested",
    description: "As the scheduler reckons, with pods that wait.",
    unit: "none",
    expr: by("kube_label_cpu_request_cores"),
    legend,
  },
  {
    title: "Memory: requested",
    description: "As the scheduler reckons, with pods that wait.",
    unit: "bytes",
    expr: by("kube_label_memory_request_bytes"),
    legend,
  },
  {
    title: "Pods",
    description: "Pods by phase.",
    unit: "none",
    expr: `sum by (phase) (kube_label_pods${where})`,
    legend: "{{phase}}",
  },
  {
    title: "Containers without samples",
    description: "They run, and are in no sum of usage.",
    unit: "none",
    expr: by("kube_label_unsampled_containers"),
    legend,
  },
  {
    title: "Age of the data",
    description: "Since the cluster last told of its pods, and since what they use was last read.",
    unit: "s",
    expr: `max by (resource) (exporterkit_kubernetes_data_age_seconds{${ofExporter}})`,
    legend: "{{resource}}",
  },
  {
    title: "Failures",
    description: "Requests and watches that failed, a second.",
    unit: "ops",
    expr: `sum by (resource, reason) (rate(exporterkit_kubernetes_request_failures_total{${ofExporter}}[$__rate_interval])) > 0`,
    legend: "{{resource}}: {{reason}}",
  },
];

const datasource = { type: "prometheus", uid: "$datasource" };
const withAll = { multi: true, includeAll: true, allValue: ".*", current: { text: ["All"], value: ["$__all"] } };

/** What the pods of a cluster use, by whatever they are grouped by, and how good the data is. */
export const kubernetesDashboard: Dashboard = {
  name: "kubernetes-pods",
  model: {
    uid: "exporterkit-kubernetes-pods",
    title: "Kubernetes pods by label",
    tags: ["exporterkit", "kubernetes"],
    schemaVersion: 39,
    editable: true,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: {
      list: [
        { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
        // Each cluster has an exporter, or several that share its pods.
        { ...variable("job", "Job", "label_values(kube_label_pods, job)"), ...withAll },
        { ...variable("instance", "Instance", 'label_values(kube_label_pods{job=~"$job"}, instance)'), ...withAll },
        variable("grouping", "Grouping", `label_values(kube_label_pods{${ofExporter}}, grouping)`),
        // Which labels there are, the configuration says.
        {
          ...variable("by", "By", "label_names(kube_label_pods)"),
          regex: "/^(?:label_.*|annotation_.*|(?:exported_)?(?:namespace|node|pod)|owner_name)$/",
        },
      ],
    },
    panels: panels.map(({ title, description, unit, expr, legend: legendFormat }, i) => ({
      id: i + 1,
      type: "timeseries",
      title,
      description,
      datasource,
      gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 8, w: 12, h: 8 },
      fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 10 } }, overrides: [] },
      options: {
        legend: { displayMode: "table", placement: "right", calcs: ["lastNotNull"] },
        tooltip: { mode: "multi", sort: "desc" },
      },
      targets: [{ refId: "A", datasource, expr, legendFormat }],
    })),
  },
};

function variable(name: string, label: string, query: string): object {
  return { name, label, type: "query", datasource, query, refresh: 2, sort: 1 };
}
