import type { RuleSet } from "../../rules/rule-set.ts";
import { series } from "../../rules/series.ts";

const target = { instance: "a:9999", job: "exporterkit", module: "shop", target: "north" };
const other = { ...target, target: "south" };
const request = { ...target, request: "1" };

/** What somebody should be told of the targets of the json module. */
export const jsonRules: RuleSet = {
  name: "json",
  groups: [
    {
      name: "exporterkit-json",
      rules: [
        {
          alert: "JsonTargetDown",
          expr: "json_target_up == 0",
          for: "10m",
          severity: "warning",
          summary: "The documents of {{ $labels.target }} cannot be read",
          description:
            "A request of the module {{ $labels.module }} had no answer in 10 minutes, or one that is no document.",
          runbook:
            "See the exporter's log, and json_response_status_code: 401 and 403 mean the credentials, 429 too many requests.",
        },
        {
          alert: "JsonMetricsNotMade",
          expr: "json_target_failed_metrics > 0",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.target }} has not all of what is read of it",
          description:
            "{{ $value | humanize }} metrics of the module {{ $labels.module }} cannot be made of its documents.",
          runbook:
            "The exporter's log names them and what is missing; see what the target answers now, and change the expression.",
        },
        {
          alert: "JsonTargetSlow",
          // One that is down has often just used up its time, and is told of already.
          expr: "json_request_duration_seconds > 5\nunless ignoring (request) json_target_up == 0",
          for: "15m",
          severity: "warning",
          summary: "{{ $labels.target }} answers slowly",
          description:
            "For 15 minutes the request {{ $labels.request }} has taken more than 5 seconds, of late {{ $value | humanizeDuration }}.",
          runbook: "Ask the target for less, or by a job with a longer scrape_interval and scrape_timeout.",
        },
      ],
    },
  ],
  tests: [
    {
      name: "a target that is down is told of as that alone, and another not at all",
      series: {
        [series("json_target_up", target)]: "1x10 0x30",
        [series("json_target_up", other)]: "1x20 0x5 1x15",
        [series("json_target_failed_metrics", target)]: "0x40",
        [series("json_request_duration_seconds", request)]: "0.1x10 10x30",
        [series("json_request_duration_seconds", { ...request, target: "south" })]: "0.1x20 10x5 0.1x15",
      },
      alerts: [
        { alert: "JsonTargetDown", at: "10m", firing: [] },
        { alert: "JsonTargetDown", at: "35m", firing: [{ labels: target }] },
        { alert: "JsonTargetSlow", at: "35m", firing: [] },
        { alert: "JsonMetricsNotMade", at: "35m", firing: [] },
      ],
    },
    {
      name: "a target that is slow, and lacks what an expression asks for",
      series: {
        [series("json_target_up", target)]: "1x40",
        [series("json_target_up", other)]: "1x40",
        [series("json_target_failed_metrics", target)]: "0x10 2x30",
        [series("json_target_failed_metrics", other)]: "0x40",
        [series("json_request_duration_seconds", request)]: "8x40",
        [series("json_request_duration_seconds", { ...request, request: "2" })]: "1x40",
      },
      alerts: [
        { alert: "JsonTargetDown", at: "40m", firing: [] },
        { alert: "JsonMetricsNotMade", at: "20m", firing: [] },
        { alert: "JsonMetricsNotMade", at: "30m", firing: [{ labels: target, value: "2" }] },
        { alert: "JsonTargetSlow", at: "10m", firing: [] },
        { alert: "JsonTargetSlow", at: "30m", firing: [{ labels: request, value: "8s" }] },
      ],
    },
  ],
};
