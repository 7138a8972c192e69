import { expect, it } from "vitest";
import { Counter, Gauge, GaugeHistogram, Histogram, Info, Registry, StateSet, Summary } from "../index.ts";
import { ParseError } from "../parse/index.ts";
import { lint } from "./lint.ts";

it("finds nothing wrong with good metrics of every type", async () => {
  const registers = [new Registry()] as const;
  new Counter({ name: "requests_total", help: "Requests.", labelNames: ["method"], registers }).inc({ method: "GET" });
  new Gauge({ name: "used_bytes", help: "Memory.", registers });
  new Histogram({ name: "request_seconds", help: "Times.", registers }).observe(1);
  new Histogram({ name: "job_seconds", help: "Times.", native: true, registers }).observe(1);
  new Summary({ name: "wait_seconds", help: "Waits.", quantiles: [0.5], registers }).observe(1);
  new GaugeHistogram({ name: "age_seconds", help: "Ages.", buckets: [1], registers }).set([2]);
  new StateSet({ name: "door", help: "Door.", states: ["open", "shut"], registers });
  new Info({ name: "build_info", help: "Build.", labelNames: ["version"], registers }).set({ version: "1" });
  expect(await lint(registers[0])).toEqual([]);
});

it("tells each problem of a registry once, by metric, and of metrics without series too", async () => {
  const registers = [new Registry()];
  const users = new Gauge({ name: "users", help: "Users.", labelNames: ["userId"], registers });
  users.set({ userId: 1 }, 1);
  users.set({ userId: 2 }, 1);
  new Counter({ name: "job_minutes", help: "Jobs.", labelNames: ["job"], registers });
  new Gauge({ name: "room.ms", help: "Dots.", nameValidation: "utf8", registers });
  new Gauge({ name: "disk.fooBar", help: "Dots.", nameValidation: "utf8", registers });
  expect(await lint(registers[0]!)).toEqual([
    { metric: "disk.fooBar", problem: "the name should be in snake_case, not in camelCase" },
    { metric: "job_minutes", problem: "the name of a counter should end in _total" },
    { metric: "job_minutes", problem: "use the base unit seconds instead of minutes" },
    { metric: "users", problem: "the label userId should be in snake_case, not in camelCase" },
  ]);
});

it("reads an exposition", async () => {
  expect(await lint("# HELP a_total\n# TYPE a_total counter\na_total 1\nb 1\n")).toEqual([
    { metric: "a_total", problem: "it has no HELP text" },
    { metric: "b", problem: "it has no HELP text" },
  ]);
  expect(await lint("")).toEqual([]);
});

it("rejects what cannot be read, and a series that stands twice", async () => {
  await expect(lint("a one\n")).rejects.toThrow(ParseError);
  await expect(lint("a 1\na 1\n")).rejects.toThrow("each series once");
});
