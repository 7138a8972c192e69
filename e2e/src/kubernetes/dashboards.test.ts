import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kubernetesSummary } from "../../../packages/exporter/src/modules/kubernetes/summary.ts";
import { exporterkit } from "../child.ts";
import { hasCommand } from "../debian-package.ts";
import { type PrometheusServer, startPrometheusWith } from "../prometheus-server.ts";
import { everything } from "./fake-access.ts";
import { type FakeSetting, type KubernetesExporter, startKubernetesExporter, startSetting } from "./exporter.ts";

describe.skipIf(!hasCommand("prometheus", "prometheus"))("the dashboard (needs the Debian package prometheus)", () => {
  let setting: FakeSetting;
  let exporter: KubernetesExporter;
  let prometheus: PrometheusServer;
  let panels: { title: string; targets: { expr: string }[] }[];
  beforeAll(async () => {
    setting = await startSetting();
    setting.server.access.allow("good", everything);
    const requests = { cpu: "1", memory: "1Gi" };
    for (const [name, app] of [
      ["a", "web"],
      ["b", "web"],
      ["c", "db"],
    ] as const) {
      const labels = { app, team: "shop" };
      const usage = { app: { cpu: "500m", memory: "256Mi" } };
      setting.server.cluster.setPod(name, { labels, usage, containers: [{ name: "app", requests }] });
    }
    const groupings = { app: ["label:app"], team: ["namespace", "label:team"] };
    exporter = await startKubernetesExporter(setting, { group_by: groupings, usage_interval: "200ms" });
    const [, target] = await exporter.line(/ url=http:\/\/([^/]+)\//);
    prometheus = await startPrometheusWith([
      { job_name: "pods", honor_labels: true, static_configs: [{ targets: [target] }] },
    ]);
    const folder = join(setting.folder, "dashboards");
    execFileSync(exporterkit, ["dashboard", "--folder", folder]);
    const model = JSON.parse(readFileSync(join(folder, "kubernetes-pods.json"), "utf8")) as { panels: typeof panels };
    ({ panels } = model);
  });
  afterAll(async () => {
    await prometheus.stop();
    await exporter.stop();
    await setting.dispose();
  });

  it("names only metrics that there are, and every panel has something to show", async () => {
    const emitted = new Set(Array.from((await exporter.samples()).keys(), (sample) => sample.split("{")[0]));
    const shown = kubernetesSummary.flatMap(({ lines }) => lines.map(({ metric }) => metric));
    expect([...emitted]).toEqual(expect.arrayContaining(shown));
    expect(panels.length).toBeGreaterThan(5);
    await prometheus.queryUntil("count_over_time(up[1m]) > 3", (results) => results.length === 1);
    for (const { title, targets } of panels) {
      for (const { expr } of targets) {
        for (const [name] of expr.matchAll(/\b(?:kube|exporterkit)_\w+/g)) expect(emitted).toContain(name);
        const promql = expr
          .replaceAll("$grouping", "app")
          .replaceAll("$by", "label_app")
          .replaceAll("$__rate_interval", "1m");
        const results = await prometheus.query(promql);
        if (title !== "Failures") expect(results, title).not.toEqual([]);
      }
    }
  });

  it("has what the pods use by label, and what that is of what they request", async () => {
    const valueOf = async (title: string): Promise<object[]> => {
      const { expr } = panels.find((panel) => panel.title === title)!.targets[0]!;
      return await prometheus.query(expr.replaceAll("$grouping", "app").replaceAll("$by", "label_app"));
    };
    expect(await valueOf("CPU")).toEqual(
      expect.arrayContaining([
        { metric: { label_app: "web" }, value: 1 },
        { metric: { label_app: "db" }, value: 0.5 },
      ]),
    );
    expect(await valueOf("Memory: used of what was requested")).toEqual(
      expect.arrayContaining([{ metric: { label_app: "web" }, value: 0.25 }]),
    );
    expect(
      await prometheus.query('sum by (namespace, label_team) (kube_label_cpu_usage_cores{grouping="team"})'),
    ).toEqual([{ metric: { namespace: "default", label_team: "shop" }, value: 1.5 }]);
  });
});
