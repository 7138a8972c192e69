import type { RuleSet } from "../../rules/rule-set.ts";
import { series } from "../../rules/series.ts";

const exporter = { instance: "a:9999", job: "exporterkit" };
const web = { ...exporter, label_app: "web" };
const db = { ...exporter, label_app: "db" };
const ofGroup = "The labels of this alert name the group.";

/** What is worth working out ahead of the pods of a cluster, and what somebody should be told of. */
export const kubernetesRules: RuleSet = {
  name: "kubernetes-pods",
  groups: [
    {
      name: "exporterkit-kubernetes-groups",
      rules: [
        {
          record: "group:kube_label_cpu_used_of_request:ratio",
          expr: "kube_label_cpu_usage_requested_cores / kube_label_cpu_request_sampled_cores",
        },
        {
          record: "group:kube_label_memory_used_of_request:ratio",
          expr: "kube_label_memory_working_set_requested_bytes / kube_label_memory_request_sampled_bytes",
        },
        {
          alert: "KubernetesCpuOverRequest",
          expr: "avg_over_time(group:kube_label_cpu_used_of_request:ratio[1h]) > 1",
          for: "1h",
          severity: "warning",
          summary: "Pods of a group use more CPU than they request",
          description: `They use {{ $value | humanizePercentage }} of their requests. ${ofGroup}`,
          runbook:
            "Raise their requests, or run more of them: on a node that is full they get no more than they request.",
        },
        {
          alert: "KubernetesMemoryOverRequest",
          expr: "group:kube_label_memory_used_of_request:ratio > 1",
          for: "30m",
          severity: "warning",
          summary: "Pods of a group hold more memory than they request",
          description: `They hold {{ $value | humanizePercentage }} of their requests. ${ofGroup}`,
          runbook: "Raise their requests, or find the leak: a node that runs short of memory evicts such pods first.",
        },
        {
          alert: "KubernetesPodsPending",
          expr: 'kube_label_pods{phase="Pending"} > 0',
          for: "15m",
          severity: "warning",
          summary: "Pods of a group do not start",
          description: `{{ $value | humanize }} pods have been pending for 15 minutes. ${ofGroup}`,
          runbook:
            "kubectl describe pod says why: no node has room for the requests, an image is missing, or a volume.",
        },
      ],
    },
    {
      name: "exporterkit-kubernetes-data",
      rules: [
        {
          alert: "KubernetesDataOld",
          // Two thirds of what may be: there is time to look before nothing is served any more.
          expr: "exporterkit_kubernetes_data_age_seconds > ignoring (resource) group_left () exporterkit_kubernetes_stale_after_seconds * 2 / 3",
          for: "2m",
          severity: "warning",
          summary: "{{ $labels.instance }} has heard nothing new of {{ $labels.resource }}",
          description: "What it tells is {{ $value | humanizeDuration }} old; past stale_after it tells nothing.",
          runbook:
            "The exporter's log says why; see whether the API server answers, and for usage metrics-server or the kubelets.",
        },
        {
          alert: "KubernetesRequestsFail",
          expr: "increase(exporterkit_kubernetes_request_failures_total[15m]) > 5",
          for: "15m",
          severity: "warning",
          summary: "Requests of {{ $labels.instance }} for {{ $labels.resource }} fail again and again",
          description: "About {{ $value | humanize }} failed in the last 15 minutes: {{ $labels.reason }}.",
          runbook:
            "For forbidden see the role of the exporter's service account; for throttled ask less often, by usage_interval.",
        },
        {
          alert: "KubernetesWatchRestarts",
          expr: 'sum without (reason) (increase(exporterkit_kubernetes_watch_restarts_total{reason!="timeout"}[15m])) > 10',
          for: "15m",
          severity: "warning",
          summary: "The watch of pods of {{ $labels.instance }} does not last",
          description: "It was begun again about {{ $value | humanize }} times in the last 15 minutes.",
          runbook: "See whether the API server restarts, or a proxy in between cuts off connections that are idle.",
        },
        {
          alert: "KubernetesContainersWithoutSamples",
          expr: "kube_label_unsampled_containers > 0",
          for: "30m",
          severity: "warning",
          summary: "Sums of {{ $labels.instance }} lack containers that run",
          description: `The usage of {{ $value | humanize }} containers is not known. ${ofGroup}`,
          runbook:
            "See whether the kubelets of their nodes answer, and whether metrics-server has samples: kubectl top pod.",
        },
        {
          alert: "KubernetesGroupsFull",
          expr: "exporterkit_kubernetes_ungrouped_pods > 0",
          for: "15m",
          severity: "warning",
          summary: "Sums of {{ $labels.instance }} lack pods, as there are too many groups",
          description: "{{ $value | humanize }} pods are in no group, as there are as many as max_groups.",
          runbook: "Group by labels with fewer values, or raise max_groups.",
        },
      ],
    },
  ],
  tests: [
    {
      name: "a group that uses more than it requests, and one that does so for a while",
      series: {
        [series("kube_label_cpu_usage_requested_cores", web)]: "3x150",
        [series("kube_label_cpu_request_sampled_cores", web)]: "2x150",
        [series("kube_label_cpu_usage_requested_cores", db)]: "0.5x60 3x10 0.5x80",
        [series("kube_label_cpu_request_sampled_cores", db)]: "1x150",
        [series("kube_label_memory_working_set_requested_bytes", web)]: "1000x150",
        [series("kube_label_memory_request_sampled_bytes", web)]: "800x150",
        [series("kube_label_memory_working_set_requested_bytes", db)]: "1000x60 3000x10 1000x80",
        [series("kube_label_memory_request_sampled_bytes", db)]: "2000x150",
      },
      alerts: [
        { alert: "KubernetesCpuOverRequest", at: "30m", firing: [] },
        { alert: "KubernetesCpuOverRequest", at: "100m", firing: [{ labels: web, value: "150%" }] },
        { alert: "KubernetesMemoryOverRequest", at: "20m", firing: [] },
        { alert: "KubernetesMemoryOverRequest", at: "100m", firing: [{ labels: web, value: "125%" }] },
      ],
      values: [
        {
          expr: "group:kube_label_cpu_used_of_request:ratio",
          at: "30m",
          samples: {
            [series("group:kube_label_cpu_used_of_request:ratio", web)]: 1.5,
            [series("group:kube_label_cpu_used_of_request:ratio", db)]: 0.5,
          },
        },
        {
          expr: "group:kube_label_memory_used_of_request:ratio",
          at: "65m",
          samples: {
            [series("group:kube_label_memory_used_of_request:ratio", web)]: 1.25,
            [series("group:kube_label_memory_used_of_request:ratio", db)]: 1.5,
          },
        },
      ],
    },
    {
      name: "pods that do not start or are in no sum, and others that just came",
      series: {
        [series("kube_label_pods", { ...web, phase: "Pending" })]: "2x60",
        [series("kube_label_pods", { ...web, phase: "Running" })]: "2x60",
        [series("kube_label_pods", { ...db, phase: "Pending" })]: "1x5 _x10 1x5 _x40",
        [series("kube_label_unsampled_containers", web)]: "1x60",
        [series("kube_label_unsampled_containers", db)]: "1x5 0x55",
        [series("exporterkit_kubernetes_ungrouped_pods", exporter)]: "0x10 3x50",
      },
      alerts: [
        { alert: "KubernetesPodsPending", at: "10m", firing: [] },
        { alert: "KubernetesPodsPending", at: "20m", firing: [{ labels: { ...web, phase: "Pending" }, value: "2" }] },
        { alert: "KubernetesContainersWithoutSamples", at: "20m", firing: [] },
        { alert: "KubernetesContainersWithoutSamples", at: "40m", firing: [{ labels: web, value: "1" }] },
        { alert: "KubernetesGroupsFull", at: "20m", firing: [] },
        { alert: "KubernetesGroupsFull", at: "40m", firing: [{ labels: exporter, value: "3" }] },
      ],
    },
    {
      name: "a cluster that is heard of late, refuses, and breaks off",
      series: {
        [series("exporterkit_kubernetes_data_age_seconds", { ...exporter, resource: "pods" })]: "50x60",
        [series("exporterkit_kubernetes_data_age_seconds", { ...exporter, resource: "usage" })]: "10x10 10+60x50",
        [series("exporterkit_kubernetes_stale_after_seconds", exporter)]: "300x60",
        [series("exporterkit_kubernetes_request_failures_total", {
          ...exporter,
          resource: "usage",
          reason: "forbidden",
        })]: "0+1x60",
        [series("exporterkit_kubernetes_request_failures_total", { ...exporter, resource: "pods", reason: "gone" })]:
          "0x10 1x50",
        [series("exporterkit_kubernetes_watch_restarts_total", { ...exporter, reason: "failed" })]: "0+1x60",
        [series("exporterkit_kubernetes_watch_restarts_total", { ...exporter, reason: "gone" })]: "0+1x60",
        [series("exporterkit_kubernetes_watch_restarts_total", { ...exporter, reason: "timeout" })]: "0+5x60",
        [series("exporterkit_kubernetes_watch_restarts_total", { ...exporter, instance: "b:9999", reason: "timeout" })]:
          "0+5x60",
      },
      alerts: [
        { alert: "KubernetesDataOld", at: "14m", firing: [] },
        {
          alert: "KubernetesDataOld",
          at: "21m",
          firing: [{ labels: { ...exporter, resource: "usage" }, value: "10m 10s" }],
        },
        { alert: "KubernetesRequestsFail", at: "15m", firing: [] },
        {
          alert: "KubernetesRequestsFail",
          at: "60m",
          firing: [{ labels: { ...exporter, resource: "usage", reason: "forbidden" }, value: "15" }],
        },
        { alert: "KubernetesWatchRestarts", at: "15m", firing: [] },
        { alert: "KubernetesWatchRestarts", at: "60m", firing: [{ labels: exporter, value: "30" }] },
      ],
    },
    {
      name: "usage that is read each ten minutes, as it may be, and that is not read any more",
      series: {
        [series("exporterkit_kubernetes_data_age_seconds", { ...exporter, resource: "pods" })]: "50x60",
        [series("exporterkit_kubernetes_data_age_seconds", { ...exporter, resource: "usage" })]:
          "0+60x10 0+60x10 0+60x40",
        [series("exporterkit_kubernetes_stale_after_seconds", exporter)]: "1500x60",
      },
      alerts: [
        { alert: "KubernetesDataOld", at: "10m", firing: [] },
        { alert: "KubernetesDataOld", at: "21m", firing: [] },
        { alert: "KubernetesDataOld", at: "38m", firing: [] },
        {
          alert: "KubernetesDataOld",
          at: "42m",
          firing: [{ labels: { ...exporter, resource: "usage" }, value: "20m 0s" }],
        },
      ],
    },
  ],
};
