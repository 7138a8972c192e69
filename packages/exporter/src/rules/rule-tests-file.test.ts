import { expect, it } from "vitest";
import { parse } from "yaml";
import type { RuleSet } from "./rule-set.ts";
import { ruleTestsFile } from "./rule-tests-file.ts";

it("a label that is empty or missing is written as the other, where a rule says so", () => {
  const firing = [
    { labels: { room: "hall", instance: "a" } },
    { labels: { room: "", instance: "b" } },
    { labels: { instance: "c" } },
    { labels: {} },
  ];
  const rooms: RuleSet = {
    name: "rooms",
    groups: [
      {
        name: "rooms",
        rules: [
          {
            alert: "RoomCold",
            expr: "room_celsius < 16",
            severity: "warning",
            summary: "{{ or $labels.room $labels.instance }} is cold",
            description: "At {{ or $labels.instance $labels.room }}.",
            runbook: "Close the window.",
          },
        ],
      },
    ],
    tests: [{ name: "cold", series: {}, alerts: [{ alert: "RoomCold", at: "1m", firing }] }],
  };
  const { tests } = parse(ruleTestsFile([rooms], ["rooms.rules.yml"])) as {
    tests: [{ alert_rule_test: [{ exp_alerts: { exp_annotations: { summary: string; description: string } }[] }] }];
  };
  const annotations = tests[0].alert_rule_test[0].exp_alerts.map(({ exp_annotations: each }) => each);
  expect(annotations.map(({ summary }) => summary)).toEqual(["hall is cold", "b is cold", "c is cold", " is cold"]);
  expect(annotations.map(({ description }) => description)).toEqual(["At a.", "At b.", "At c.", "At ."]);
});
