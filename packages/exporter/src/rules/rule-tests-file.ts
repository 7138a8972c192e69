import type { AlertingRule, AlertTest, RuleSet, RuleTest } from "./rule-set.ts";
import { yaml } from "./rules-file.ts";

/** A file for `promtool test rules`. `rulesFiles` are the files of the rules, as seen from it. */
export function ruleTestsFile(sets: readonly RuleSet[], rulesFiles: readonly string[]): string {
  return yaml({
    rule_files: rulesFiles,
    evaluation_interval: "1m",
    tests: sets.flatMap((set) => set.tests.map((test) => testModel(set, test))),
  });
}

function testModel(set: RuleSet, { name, series, alerts = [], values = [] }: RuleTest): object {
  return {
    name,
    interval: "1m",
    input_series: Object.entries(series).map(([key, text]) => ({ series: key, values: text })),
    ...(alerts.length > 0 && { alert_rule_test: alerts.map((test) => alertModel(set, test)) }),
    ...(values.length > 0 && {
      promql_expr_test: values.map(({ expr, at, samples }) => ({
        expr,
        eval_time: at,
        exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
      })),
    }),
  };
}

function alertModel(set: RuleSet, { alert, at, firing }: AlertTest): object {
  const rule = set.groups
    .flatMap(({ rules }) => rules)
    .find((each): each is AlertingRule => "alert" in each && each.alert === alert);
  if (rule === undefined) throw new Error(`no rule of ${set.name} is called ${alert}`);
  return {
    eval_time: at,
    alertname: alert,
    exp_alerts: firing.map(({ labels, value = "" }) => {
      const render = (text: string): string =>
        text
          .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? "")
          .replaceAll(
            /\{\{ or \$labels\.(\w+) \$labels\.(\w+) \}\}/g,
            (_, first: string, second: string) => labels[first] || (labels[second] ?? ""),
          )
          .replace(/\{\{ \$value [^}]*\}\}/, value);
      return {
        exp_labels: { severity: rule.severity, ...labels },
        exp_annotations: {
          summary: render(rule.summary),
          description: render(rule.description),
          runbook: render(rule.runbook),
        },
      };
    }),
  };
}
