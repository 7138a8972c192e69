import type { AlertingRule, RecordingRule, RuleSet } from "./rule-set.ts";
import { series } from "./series.ts";

/** What is promised: of all requests, how many may fail, and how many may take longer than half a second. */
const objectives = [
  {
    name: "Error",
    recorded: "job:http_requests_failed",
    budget: 0.001,
    promise: "99.9 % of the requests are answered without an error of the server",
    consumed: "of the requests of the last window failed",
    runbook: "The dashboard tells which routes fail; then see their log, and what was released last.",
    ratio: (window: string) =>
      `sum by (job) (rate(http_request_duration_seconds_count{status=~"5.."}[${window}]))\n/ sum by (job) (rate(http_request_duration_seconds_count[${window}]))`,
  },
  {
    name: "Latency",
    recorded: "job:http_requests_slow",
    budget: 0.01,
    promise: "99 % of the requests are answered within half a second",
    consumed: "of the requests of the last window took longer",
    runbook:
      "The dashboard tells which routes are slow, and whether the event loop or garbage collection holds them up.",
    ratio: (window: string) =>
      `1 - sum by (job) (rate(http_request_duration_seconds_bucket{le="0.5"}[${window}]))\n/ sum by (job) (rate(http_request_duration_seconds_count[${window}]))`,
  },
] as const;

type Objective = (typeof objectives)[number];

/**
 * How fast the budget of a month is used up where somebody is told, each seen over a long window, so that it matters, and a
 * short one, so that it still goes on.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
const burnRates = [
  {
    severity: "critical",
    lasting: "2m",
    pairs: [
      { rate: 14.4, long: "1h", short: "5m" },
      { rate: 6, long: "6h", short: "30m" },
    ],
  },
  {
    severity: "warning",
    lasting: "15m",
    pairs: [
      { rate: 3, long: "1d", short: "2h" },
      { rate: 1, long: "3d", short: "6h" },
    ],
  },
] as const;

const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

/** What a web application promises, and what else somebody should be told of it. */
export const webRules: RuleSet = {
  name: "web",
  groups: [
    ...objectives.map((objective) => ({
      name: `exporterkit-web-${objective.name.toLowerCase()}-budget`,
      rules: [
        ...windows.map((window) => recording(objective, window)),
        ...burnRates.map((burn) => alert(objective, burn)),
      ],
    })),
    {
      name: "exporterkit-web-process",
      rules: [
        {
          alert: "WebEventLoopBlocked",
          expr: "nodejs_eventloop_lag_p99_seconds > 0.25",
          for: "10m",
          severity: "warning",
          summary: "The event loop of {{ $labels.instance }} is blocked again and again",
          description:
            "One delay in a hundred is longer than {{ $value | humanizeDuration }}; no request goes on meanwhile.",
          runbook: "Take a CPU profile, with node --cpu-prof or the inspector; move what computes to a worker thread.",
        },
        {
          alert: "WebGarbageCollection",
          expr: "sum without (kind) (rate(nodejs_gc_duration_seconds_sum[5m])) > 0.2",
          for: "10m",
          severity: "warning",
          summary: "{{ $labels.instance }} is busy collecting garbage",
          description:
            "Garbage collection takes {{ $value | humanizePercentage }} of the time: the heap is nearly full.",
          runbook: "Compare two heap snapshots to find a leak; raise --max-old-space-size if there is none.",
        },
        {
          alert: "WebFileDescriptorsRunOut",
          expr: "process_open_fds / process_max_fds > 0.8",
          for: "10m",
          severity: "critical",
          summary: "{{ $labels.instance }} runs out of file descriptors",
          description: "{{ $value | humanizePercentage }} of them are in use; new connections will be refused.",
          runbook: "See with lsof what is open: connections that are not closed, or a limit that is too low.",
        },
      ],
    },
  ],
  tests: webTests(),
};

function recording({ recorded, ratio }: Objective, window: string): RecordingRule {
  return { record: `${recorded}:ratio_rate${window}`, expr: ratio(window) };
}

function alert(objective: Objective, { severity, lasting, pairs }: (typeof burnRates)[number]): AlertingRule {
  const { name, recorded, budget, promise, consumed, runbook } = objective;
  const over = pairs.map(({ rate, long, short }) => {
    const exceeds = (window: string): string => `${recorded}:ratio_rate${window} > ${rate} * ${budget}`;
    return `(${exceeds(long)} and ${exceeds(short)})`;
  });
  return {
    alert: `Web${name}Budget${severity === "critical" ? "BurnsFast" : "Burns"}`,
    expr: over.join("\nor "),
    for: lasting,
    severity,
    summary: `{{ $labels.job }} does not keep its promise: ${promise}`,
    description: `{{ $value | humanizePercentage }} ${consumed}, ${budget * 100} % may.`,
    runbook,
  };
}

function webTests(): RuleSet["tests"] {
  const instance = { instance: "a:8080", job: "web" };
  const route = { ...instance, method: "GET", route: "/" };
  const count = (status: string): string => series("http_request_duration_seconds_count", { ...route, status });
  const bucket = series("http_request_duration_seconds_bucket", { ...route, status: "200", le: "0.5" });
  const job = { job: "web" };
  return [
    {
      name: "errors that use up the budget fast",
      series: { [count("200")]: "0+588x120", [count("500")]: "0+12x120" },
      alerts: [
        { alert: "WebErrorBudgetBurnsFast", at: "2h", firing: [{ labels: job, value: "2%" }] },
        { alert: "WebLatencyBudgetBurnsFast", at: "2h", firing: [] },
      ],
      values: [
        {
          expr: "job:http_requests_failed:ratio_rate5m",
          at: "1h",
          samples: { [series("job:http_requests_failed:ratio_rate5m", job)]: 0.02 },
        },
      ],
    },
    {
      name: "errors that use it up slowly are for the day, and those that are over for nobody",
      series: { [count("200")]: "0+2988x300 _x2000", [count("500")]: "0+12x300 _x2000" },
      alerts: [
        { alert: "WebErrorBudgetBurnsFast", at: "5h", firing: [] },
        { alert: "WebErrorBudgetBurns", at: "5h", firing: [{ labels: job, value: "0.4%" }] },
        { alert: "WebErrorBudgetBurns", at: "20h", firing: [] },
      ],
    },
    {
      name: "requests that are slow",
      series: { [count("200")]: "0+600x120", [bucket]: "0+450x120" },
      alerts: [
        { alert: "WebLatencyBudgetBurnsFast", at: "2h", firing: [{ labels: job, value: "25%" }] },
        { alert: "WebErrorBudgetBurnsFast", at: "2h", firing: [] },
      ],
    },
    {
      name: "requests of which a few are slow, for long",
      series: { [count("200")]: "0+600x300", [bucket]: "0+576x300" },
      alerts: [
        { alert: "WebLatencyBudgetBurnsFast", at: "5h", firing: [] },
        { alert: "WebLatencyBudgetBurns", at: "5h", firing: [{ labels: job, value: "4%" }] },
      ],
    },
    {
      name: "no requests at all",
      series: { [count("200")]: "7x120", [bucket]: "7x120" },
      alerts: [
        { alert: "WebLatencyBudgetBurnsFast", at: "2h", firing: [] },
        { alert: "WebErrorBudgetBurnsFast", at: "2h", firing: [] },
      ],
    },
    {
      name: "a process that is unwell",
      series: {
        [series("nodejs_eventloop_lag_p99_seconds", instance)]: "0.3x60",
        [series("nodejs_gc_duration_seconds_sum", { ...instance, kind: "major" })]: "0+15x60",
        [series("process_open_fds", instance)]: "90x60",
        [series("process_max_fds", instance)]: "100x60",
      },
      alerts: [
        { alert: "WebEventLoopBlocked", at: "5m", firing: [] },
        { alert: "WebEventLoopBlocked", at: "30m", firing: [{ labels: instance, value: "300ms" }] },
        { alert: "WebGarbageCollection", at: "30m", firing: [{ labels: instance, value: "25%" }] },
        { alert: "WebFileDescriptorsRunOut", at: "30m", firing: [{ labels: instance, value: "90%" }] },
      ],
    },
  ];
}
