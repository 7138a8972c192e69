import { expect, it } from "vitest";
import { withoutMoment } from "./without-moment.ts";

const text = (...lines: readonly string[]) => withoutMoment({ text: lines.join("\n") });

it("takes out of text what the process happens to measure, and nothing else", () => {
  expect(text("process_cpu_seconds_total 0.5")).toEqual(text("process_cpu_seconds_total 7"));
  expect(text('shop_nodejs_eventloop_lag_mean_seconds{app="a"} Nan')).toEqual(
    text('shop_nodejs_eventloop_lag_mean_seconds{app="a"} 1e-9'),
  );
  expect(text('nodejs_active_resources{type="Timeout"} 3', 'nodejs_active_resources{type="TCPWrap"} 1')).toEqual(
    text('nodejs_active_resources{type="Timeout"} 1'),
  );
  for (const [line, other] of [
    ["process_cpu_seconds_total 0.5", "process_cpu_seconds_total undefined"],
    ["process_cpu_seconds_total 0.5", "process_cpu_user_seconds_total 0.5"],
    ['process_cpu_seconds_total{app="a"} 1', 'process_cpu_seconds_total{app="b"} 1'],
    ['nodejs_active_resources{type="Timeout"} 3', 'nodejs_active_resources{kind="Timeout"} 3'],
    [
      'nodejs_gc_duration_seconds_bucket{le="1",kind="major"} 1',
      'nodejs_gc_duration_seconds_bucket{le="2",kind="major"} 1',
    ],
    ["process_max_fds 10", "process_max_fds 11"],
    ["requests_total 10", "requests_total 11"],
    ["# HELP process_cpu_seconds_total Time.", "# HELP process_cpu_seconds_total Times."],
  ] as const) {
    expect(text(line), line).not.toEqual(text(other));
  }
});

it("does the same to JSON", () => {
  const json = (name: string, labels: Record<string, string>, value: unknown) =>
    withoutMoment({ json: [{ name, values: [{ labels, value }] }] });
  expect(json("process_open_fds", {}, 20)).toEqual(json("process_open_fds", {}, 21));
  expect(json("process_open_fds", {}, 20)).not.toEqual(json("process_open_fds", {}, undefined));
  expect(json("nodejs_active_handles", { type: "Socket" }, 1)).toEqual(
    json("nodejs_active_handles", { type: "Pipe" }, 2),
  );
  expect(json("nodejs_active_handles", { type: "Socket" }, 1)).not.toEqual(json("nodejs_active_handles", {}, 1));
  expect(json("requests_total", {}, 1)).not.toEqual(json("requests_total", {}, 2));
});
