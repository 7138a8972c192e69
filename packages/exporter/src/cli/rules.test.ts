import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { askedMetrics } from "../dashboard/fixtures/asked-queries.ts";
import type { RuleSet } from "../rules/rule-set.ts";
import { Command } from "./command.ts";
import { exporterkit } from "./main.ts";
import { runCommand } from "./run-command.ts";

afterEach(() => vi.restoreAllMocks());

const rooms: RuleSet = {
  name: "rooms",
  groups: [
    {
      name: "rooms",
      rules: [
        { record: "room:opened:rate5m", expr: "rate(opened_total[5m])" },
        {
          alert: "RoomCold",
          expr: "room_celsius < 16\nand room_used == 1",
          for: "10m",
          severity: "warning",
          summary: "{{ $labels.room }} is cold",
          description: "{{ $labels.room }} has {{ $value | humanize }} °C.",
          runbook: "Close the window.",
        },
      ],
    },
  ],
  tests: [
    {
      name: "cold",
      series: { 'room_celsius{room="hall"}': "12x20" },
      alerts: [{ alert: "RoomCold", at: "15m", firing: [{ labels: { room: "hall" }, value: "12" }] }],
    },
  ],
};
const module = { ...exporterkit.modules[0]!, name: "rooms", rules: [rooms] };
const command = { name: "rooms-exporter", description: "Serves temperatures.", version: "1.0.0", modules: [module] };

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => !!(written.out += String(text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => !!(written.err += String(text)));
  return { code: await runCommand(command, ["rules", ...args]), ...written };
}

const annotations = { summary: "hall is cold", description: "hall has 12 °C.", runbook: "Close the window." };

it("are printed as Prometheus reads them", async () => {
  const { code, out } = await run("--module", "rooms");
  expect(code).toBe(0);
  expect(out).toBe(`groups:
  - name: rooms
    rules:
      - record: room:opened:rate5m
        expr: rate(opened_total[5m])
      - alert: RoomCold
        expr: |-
          room_celsius < 16
          and room_used == 1
        for: 10m
        labels:
          severity: warning
        annotations:
          summary: "{{ $labels.room }} is cold"
          description: "{{ $labels.room }} has {{ $value | humanize }} °C."
          runbook: Close the window.
`);
});

it("have tests as promtool reads them, which say what is told word for word", async () => {
  const { out } = await run("--module", "rooms", "--tests");
  expect(parse(out)).toEqual({
    rule_files: ["rooms.rules.yml"],
    evaluation_interval: "1m",
    tests: [
      {
        name: "cold",
        interval: "1m",
        input_series: [{ series: 'room_celsius{room="hall"}', values: "12x20" }],
        alert_rule_test: [
          {
            eval_time: "15m",
            alertname: "RoomCold",
            exp_alerts: [{ exp_labels: { severity: "warning", room: "hall" }, exp_annotations: annotations }],
          },
        ],
      },
    ],
  });
});

it("are those of all modules and of the exporter, in one or in a folder", async () => {
  const { out } = await run();
  const { groups } = parse(out) as { groups: { name: string }[] };
  expect(groups.map(({ name }) => name)).toEqual(["rooms", "exporterkit-exporter"]);
  expect(out).toContain('up{job=~"rooms-exporter(-.+)?"} == 0');
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  const written = await run("--folder", folder);
  const names = ["rooms.rules.yml", "rooms.rules.test.yml", "exporter.rules.yml", "exporter.rules.test.yml"];
  expect(written.out).toBe(names.map((name) => `${join(folder, name)}\n`).join(""));
  expect(readFileSync(join(folder, "rooms.rules.yml"), "utf8")).toBe((await run("--module", "rooms")).out);
  rmSync(folder, { recursive: true });
});

it("say which there are", async () => {
  const { code, err } = await run("--module", "room");
  expect([code, err]).toEqual([2, 'error: No set of rules is called "room": did you mean "rooms"?\n']);
});

describe.each(await new Command(exporterkit).rules())("those of $name", ({ groups, tests }) => {
  const rules = groups.flatMap((group) => group.rules);

  it("are PromQL", () => {
    for (const { expr } of rules) expect(askedMetrics(expr)).not.toEqual([]);
  });

  it("have a test of each alert, which fires in one", () => {
    const fired = tests.flatMap(({ alerts = [] }) => alerts.filter(({ firing }) => firing.length > 0));
    const alerts = rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : []));
    expect(new Set(fired.map(({ alert }) => alert))).toEqual(new Set(alerts));
  });
});
