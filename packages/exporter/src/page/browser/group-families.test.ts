import { expect, it } from "vitest";
import { groupFamilies } from "./group-families.ts";

it("groups families by their first words, singles together, and those of the exporter itself last", () => {
  const names = [
    "app_a",
    "app_b",
    "app_jobs_a",
    "app_jobs_b",
    "nodejs_x",
    "process_a",
    "process_b",
    "queue",
    "rooms",
    "up",
  ];
  const families = names.map((name) => ({ name, type: "gauge", help: "", labels: [], kind: "value" as const }));
  const groups = [...groupFamilies(families)].map(([name, members]) => [name, members.map((family) => family.name)]);
  expect(groups).toEqual([
    ["app_jobs", ["app_jobs_a", "app_jobs_b"]],
    ["app", ["app_a", "app_b"]],
    ["various", ["queue", "rooms", "up"]],
    ["nodejs", ["nodejs_x"]],
    ["process", ["process_a", "process_b"]],
  ]);
});
