import { afterEach, expect, it } from "vitest";
import { configureJson } from "./fixtures/collect-json.ts";
import { closeServers, serveJson } from "./fixtures/json-server.ts";
import { jsonModule } from "./module.ts";

afterEach(closeServers);

it("dashboard and summary ask for metrics and labels that the module has, and the dashboard for all of them", async () => {
  const { origin } = await serveJson({ n: 1 });
  const metrics = "metrics: [{ name: n, help: N., value: n }]";
  const json = await configureJson(`modules: { api: { ${metrics} } }\ntargets: [{ module: api, url: "${origin}" }]`);
  const series = (await json.lines()).concat('json_request_duration_seconds{target="",module="",request=""} 0');
  await json.stop();
  const known = new Map(
    series.map((line) => [/^\w+/.exec(line)![0], Array.from(line.matchAll(/(\w+)="/g), ([, name]) => name!)]),
  );
  const text = JSON.stringify(jsonModule.dashboards);
  const asked = Array.from(text.matchAll(/(json_\w+)(?:\{(.*?)\})?/g), ([, name, labels = ""]) => ({
    name: name!,
    labels,
  }));
  expect(new Set(asked.map(({ name }) => name))).toEqual(new Set([...known.keys()].filter((name) => name !== "n")));
  for (const { metric } of jsonModule.summary!.flatMap(({ lines }) => lines))
    expect([...known.keys()]).toContain(metric);
  for (const { name, labels } of asked) {
    const names = Array.from(labels.matchAll(/(\w+)=~/g), ([, label]) => label!).filter((label) => label !== "job");
    expect(known.get(name)).toEqual(expect.arrayContaining(names));
  }
});
