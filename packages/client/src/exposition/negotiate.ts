import type { EscapingScheme } from "../names.ts";
import { type Clause, clausesOf } from "./accept-header.ts";

/** A format of exposition, as agreed with a scraper. */
export interface ExpositionFormat {
  readonly type: "text" | "openmetrics" | "protobuf";
  /** Text has the versions `0.0.4` and `1.0.0`, OpenMetrics `0.0.1`, `1.0.0` and `2.0.0`; protobuf has none. */
  readonly version: "0.0.1" | "0.0.4" | "1.0.0" | "2.0.0" | "";
  /** How names that the classic rules forbid are written. */
  readonly escaping: EscapingScheme;
  /** The Content-Type of the answer. */
  readonly contentType: string;
}

/** Text 0.0.4 with names escaped by underscores: what everything that scrapes can read. */
export const textExpositionFormat: ExpositionFormat = textFormat("0.0.4", "underscores");

/**
 * The format to answer a scrape with, by the request's `Accept` header.
 *
 * The clause with the highest weight wins that names a format and version we write, and among equals the first.
 * Wildcards stand for {@link textExpositionFormat}, which is also the answer when there is no header or no clause of it
 * can be met. Weights are held to 0..1; a clause with weight 0, or a weight that is no number, does not count. The
 * winning clause also says how names are escaped; unless it names a scheme we know, and its format has room for it, that
 * is by underscores. Never throws, and reads at most the first 4096 characters and 50 clauses of the header.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-accept
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 */
export function negotiate(accept: string | null | undefined): ExpositionFormat {
  let best = textExpositionFormat;
  let bestWeight = 0;
  for (const { name, parameters, weight } of clausesOf(accept)) {
    if (weight <= bestWeight) continue;
    const format = formatOf(name, parameters);
    if (!format) continue;
    best = format;
    bestWeight = weight;
  }
  return best;
}

function formatOf(mediaType: string, parameters: Clause["parameters"]): ExpositionFormat | undefined {
  const version = parameters.get("version") ?? "";
  const escaping = escapingOf(parameters);
  switch (mediaType) {
    case "*/*":
    case "text/*":
      return textExpositionFormat;
    case "text/plain":
      if (version === "" || version === "0.0.4") return textFormat("0.0.4", escaping);
      return version === "1.0.0" ? textFormat(version, escaping) : undefined;
    case "application/openmetrics-text":
      if (version === "" || version === "1.0.0") return openMetricsFormat("1.0.0", escaping);
      return version === "0.0.1" || version === "2.0.0" ? openMetricsFormat(version, escaping) : undefined;
    case "application/vnd.google.protobuf":
      if (parameters.get("proto") !== "io.prometheus.client.MetricFamily") return undefined;
      return parameters.get("encoding") === "delimited" ? protobufFormat(escaping) : undefined;
    default:
      return undefined;
  }
}

function escapingOf(parameters: Clause["parameters"]): EscapingScheme {
  const escaping = parameters.get("escaping");
  return escaping === "allow-utf-8" || escaping === "dots" || escaping === "values" ? escaping : "underscores";
}

function textFormat(version: "0.0.4" | "1.0.0", asked: EscapingScheme): ExpositionFormat {
  // Names can be quoted only since 1.0.0; Prometheus 3.0 to 3.3 ask for it with 0.0.4 too.
  const escaping = version === "0.0.4" && asked === "allow-utf-8" ? "underscores" : asked;
  const contentType = `text/plain; version=${version}; charset=utf-8; escaping=${escaping}`;
  return { type: "text", version, escaping, contentType };
}

function openMetricsFormat(version: "0.0.1" | "1.0.0" | "2.0.0", escaping: EscapingScheme): ExpositionFormat {
  const contentType = `application/openmetrics-text; version=${version}; charset=utf-8; escaping=${escaping}`;
  return { type: "openmetrics", version, escaping, contentType };
}

function protobufFormat(escaping: EscapingScheme): ExpositionFormat {
  const message = "proto=io.prometheus.client.MetricFamily; encoding=delimited";
  const contentType = `application/vnd.google.protobuf; ${message}; escaping=${escaping}`;
  return { type: "protobuf", version: "", escaping, contentType };
}
