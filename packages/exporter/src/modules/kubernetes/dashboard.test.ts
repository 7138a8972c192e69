import { expect, it } from "vitest";
import { kubernetesDashboard } from "./dashboard.ts";

const { panels, templating } = kubernetesDashboard.model as {
  panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  templating: { readonly list: readonly { readonly name: string; readonly includeAll?: boolean }[] };
};

it.each(panels)("tells clusters apart that one Prometheus has: $title", ({ targets }) => {
  for (const { expr } of targets) {
    const selectors = expr.match(/\{[^}]*\}/g) ?? [];
    expect(selectors).toHaveLength(expr.match(/\b(?:exporterkit_)?kube(?:_label|rnetes)_\w+/g)!.length);
    for (const selector of selectors) expect(selector).toContain('job=~"$job",instance=~"$instance"');
  }
});

it("begins with all of them", () => {
  const withAll = templating.list.filter(({ includeAll }) => includeAll).map(({ name }) => name);
  expect(withAll).toEqual(["job", "instance"]);
});
