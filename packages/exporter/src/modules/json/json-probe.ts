import type { Logger } from "../../logger.ts";
import { defineProbe, type Probe, type ProbeContext } from "../../probe/probe.ts";
import { FailureLog } from "../../scrape/failure-log.ts";
import { exposeOutcomes } from "./expose-outcomes.ts";
import { type ClientTokens, HttpClient } from "./http-client.ts";
import { shownUrl } from "./exchange.ts";
import type { JsonApi } from "./json-api.ts";
import { metricsOf } from "./json-config.ts";
import { labelNamesOf } from "./metric-clashes.ts";
import { reportFailures } from "./report-failures.ts";

/** What is kept of a target from probe to probe. */
interface TargetState {
  readonly log: FailureLog;
  client: HttpClient | undefined;
  close(): Promise<void>;
}

/** What a probe is made with. */
export interface JsonProbeOptions {
  readonly api: JsonApi;
  readonly allow: readonly string[];
  readonly tokens: ClientTokens;
  readonly logger: Logger;
}

/** Probes targets that Prometheus names. It fails where a request does, and leaves out metrics that cannot be made. */
export function jsonProbe({ api, allow, tokens, logger }: JsonProbeOptions): Probe {
  const { fixed_labels: fixed } = api.config;
  const names = labelNamesOf([{ labels: fixed, metrics: metricsOf(api.config) }]);
  return defineProbe<TargetState>({
    name: api.name,
    targets: { allow },
    parameters: api.parameters,
    createState() {
      return {
        log: new FailureLog(logger),
        client: undefined,
        async close() {
          await this.client?.close();
        },
      };
    },
    async probe(target, scrape, context) {
      const { state, parameters } = context;
      const url = new URL(/^https?:\/\//i.test(target) ? target : `http://${target}/`);
      state.client ??= new HttpClient(api.config, tokens, guardOf(context));
      const asked = { key: `probe ${api.name} ${target}`, url, parameters, client: state.client };
      const outcomes = await api.ask(asked, scrape);
      const shown = /^https?:\/\//i.test(target) ? shownUrl(url) : target;
      const labels = { target: shown, module: api.name, fixed, names };
      const failures = exposeOutcomes(outcomes, labels, scrape);
      const failed = outcomes.find(({ error }) => error !== undefined);
      if (failed !== undefined) throw new Error(failed.error);
      reportFailures(failures, outcomes, labels, state.log);
    },
  });
}

function guardOf({ checkUrl, connectGuard }: ProbeContext<TargetState>): ConstructorParameters<typeof HttpClient>[2] {
  return { checkUrl, lookup: (host, port) => connectGuard(host, port).lookup };
}
