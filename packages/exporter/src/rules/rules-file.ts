import { stringify } from "yaml";
import type { AlertingRule, RecordingRule, RuleSet } from "./rule-set.ts";

/** A file of rules, as Prometheus's `rule_files` name it. */
export function rulesFile(sets: readonly RuleSet[]): string {
  const groups = sets.flatMap((set) =>
    set.groups.map(({ name, rules }) => ({ name, rules: rules.map((rule) => ruleModel(rule)) })),
  );
  return yaml({ groups });
}

/** As YAML that people read: long expressions on lines of their own, no line broken. */
export function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, blockQuote: "literal", aliasDuplicateObjects: false });
}

function ruleModel(rule: RecordingRule | AlertingRule): object {
  if ("record" in rule) return rule;
  const { alert, expr, for: lasting, severity, summary, description, runbook } = rule;
  return {
    alert,
    expr,
    ...(lasting !== undefined && { for: lasting }),
    labels: { severity },
    annotations: { summary, description, runbook },
  };
}
