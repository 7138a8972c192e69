import { defineModule, type Module } from "../../module.ts";
import { jsonDashboard } from "./dashboard.ts";
import { Evaluator } from "./evaluator.ts";
import { withOwnSettings } from "./http-config.ts";
import { ClientTokens } from "./http-client.ts";
import type { HttpSettings } from "./http-settings.ts";
import { JsonApi } from "./json-api.ts";
import { jsonCollector } from "./json-collector.ts";
import { fixedLabelsOf, type JsonConfig, jsonSchema, metricsOf } from "./json-config.ts";
import { jsonProbe } from "./json-probe.ts";
import { labelNamesOf } from "./metric-clashes.ts";
import { jsonRules } from "./rules.ts";
import { jsonSummary } from "./summary.ts";

/** The json module as a configuration file names it. */
export const jsonModule: Module = defineModule<JsonConfig>({
  name: "json",
  description: "Metrics of JSON, XML and CSV that is fetched over HTTP, by JSONata expressions.",
  schema: jsonSchema,
  dashboards: [jsonDashboard],
  rules: [jsonRules],
  summary: jsonSummary,
  collectors: (config, { logger }) => {
    const { modules, targets } = config;
    const evaluator = evaluatorOf(config);
    const names = labelNamesOf(
      targets.map((target) => {
        const of = modules[target.module]!;
        return { labels: fixedLabelsOf(of, target), metrics: metricsOf(of) };
      }),
    );
    return targets.map((target) => {
      const api = new JsonApi(target.module, modules[target.module]!, evaluator);
      const settings: HttpSettings = withOwnSettings(settingsOf(api.config), settingsOf(target));
      const tokens = new ClientTokens(settings);
      return jsonCollector({
        api,
        target,
        settings,
        tokens,
        logger,
        fixed: fixedLabelsOf(api.config, target),
        names,
        async onStop() {
          await tokens.close();
          evaluator.stop();
        },
      });
    });
  },
  probes: (config, { logger }) => {
    const evaluator = evaluatorOf(config);
    return Object.entries(config.modules).flatMap(([name, module]) => {
      if (module.probe === undefined) return [];
      const api = new JsonApi(name, module, evaluator);
      return [jsonProbe({ api, allow: module.probe.allow, tokens: new ClientTokens(module), logger })];
    });
  },
});

const evaluators = new WeakMap<JsonConfig, Evaluator>();

/** The evaluator of a configuration: its collectors and its probes have one. */
function evaluatorOf(config: JsonConfig): Evaluator {
  let evaluator = evaluators.get(config);
  if (evaluator === undefined) {
    const { timeout: seconds, max_memory: heapBytes } = config.evaluation;
    evaluators.set(config, (evaluator = new Evaluator({ seconds, heapBytes })));
  }
  return evaluator;
}

function settingsOf(config: HttpSettings): HttpSettings & Record<string, unknown> {
  const { basic_auth, authorization, oauth2, tls_config, proxy_url } = config;
  return { basic_auth, authorization, oauth2, tls_config, proxy_url };
}
