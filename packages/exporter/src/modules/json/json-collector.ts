import type { Logger } from "../../logger.ts";
import type { Collector } from "../../scrape/collector.ts";
import { FailureLog } from "../../scrape/failure-log.ts";
import { exposeOutcomes, type OutcomeLabels } from "./expose-outcomes.ts";
import { type ClientTokens, HttpClient } from "./http-client.ts";
import type { HttpSettings } from "./http-settings.ts";
import type { JsonApi } from "./json-api.ts";
import type { TargetConfig } from "./json-config.ts";
import { reportFailures } from "./report-failures.ts";

/** What a collector of a target is made with. */
export interface JsonCollectorOptions {
  readonly api: JsonApi;
  readonly target: TargetConfig;
  readonly settings: HttpSettings;
  readonly tokens: ClientTokens;
  readonly logger: Logger;
  /** The labels that all its series get. */
  readonly fixed: Readonly<Record<string, string>>;
  /** See {@link OutcomeLabels}. */
  readonly names: OutcomeLabels["names"];
  /** Called when the collector has stopped. */
  readonly onStop: () => Promise<void>;
}

/**
 * Collects from one target in every scrape. What fails is told by `json_target_up` and `json_target_failed_metrics`, and
 * costs nothing but what depends on it.
 */
export function jsonCollector(options: JsonCollectorOptions): Collector {
  const { api, target, settings, tokens, logger, fixed, names, onStop } = options;
  const name = target.name ?? target.module;
  const client = new HttpClient(settings, tokens);
  const asked = {
    key: `target ${name}`,
    url: new URL(target.url),
    parameters: new Map(Object.entries(target.parameters)),
    client,
  };
  const labels = { target: name, module: api.name, fixed, names };
  const log = new FailureLog(logger);
  return {
    name: `json:${name}`,
    async collect(scrape) {
      const outcomes = await api.ask(asked, scrape);
      reportFailures(exposeOutcomes(outcomes, labels, scrape), outcomes, labels, log);
    },
    async stop() {
      await client.close();
      await onStop();
    },
  };
}
