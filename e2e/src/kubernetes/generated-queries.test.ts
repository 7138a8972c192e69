import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kubernetesSummary } from "../../../packages/exporter/src/modules/kubernetes/summary.ts";
import { hasCommand } from "../debian-package.ts";
import { generated, itHasDataFor, tested } from "../generated-queries.ts";
import { type PrometheusServer, startPrometheusWith } from "../prometheus-server.ts";
import { everything } from "./fake-access.ts";
import { type FakeSetting, type KubernetesExporter, startKubernetesExporter, startSetting } from "./exporter.ts";

describe.skipIf(!hasCommand("prometheus", "prometheus"))(
  "what dashboards and rules ask of pods (needs the Debian package prometheus)",
  () => {
    let setting: FakeSetting;
    let exporter: KubernetesExporter;
    let prometheus: PrometheusServer;
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
      setting.server.cluster.setPod("d", { labels: { app: "db" }, phase: "Pending" });
      // Every now and then the usage cannot be read.
      let asked = 0;
      setting.server.faults.refuse = ({ pathname }) =>
        pathname.startsWith("/apis/metrics.k8s.io/") && ++asked % 3 === 0 ? 503 : undefined;
      const groupings = { app: ["label:app"], team: ["namespace", "label:team"] };
      exporter = await startKubernetesExporter(setting, {
        group_by: groupings,
        usage_interval: "200ms",
        max_backoff: "200ms",
      });
      const [, target] = await exporter.line(/ url=http:\/\/([^/]+)\//);
      prometheus = await startPrometheusWith([
        { job_name: "pods", honor_labels: true, static_configs: [{ targets: [target] }] },
      ]);
    });
    afterAll(async () => {
      await prometheus.stop();
      await exporter.stop();
      await setting.dispose();
    });

    itHasDataFor(tested.cluster, () => prometheus);

    it("has a summary of what the exporter has", async () => {
      const emitted = new Set(Array.from((await exporter.samples()).keys(), (sample) => sample.split("{")[0]));
      const shown = kubernetesSummary.flatMap(({ lines }) => lines.map(({ metric }) => metric));
      expect([...emitted]).toEqual(expect.arrayContaining(shown));
    });

    it("has what the pods use by label, and what that is of what they request", async () => {
      const { panels } = generated.dashboards.find(({ name }) => name === "kubernetes-pods")!.model as {
        panels: { title: string; targets: { expr: string }[] }[];
      };
      const valueOf = async (title: string): Promise<object[]> => {
        const { expr } = panels.find((panel) => panel.title === title)!.targets[0]!;
        const asked = expr
          .replaceAll(/\$(?:job|instance)/g, ".*")
          .replaceAll("$grouping", "app")
          .replaceAll("$by", "label_app");
        return await prometheus.queryUntil(asked, ({ length }) => length > 0);
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
  },
);
