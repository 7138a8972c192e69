import { ParseError, quoteShort } from "./parse-error.ts";

/** A format that can be read. */
export type ExpositionFormat = "text 0.0.4" | "text 1.0.0" | "openmetrics" | "protobuf";

/** The format that a Content-Type names. Throws a `ParseError` where it names none that can be read. */
export function formatOf(contentType: string): ExpositionFormat {
  const [mediaType = "", ...rest] = splitParameters(contentType);
  const parameters = new Map(rest.map(parseParameter));
  const version = parameters.get("version");
  switch (mediaType.trim().toLowerCase()) {
    case "":
      if (rest.length === 0) return "text 0.0.4";
      break;
    case "text/plain":
      if (version === undefined || version === "0.0.4") return "text 0.0.4";
      if (version === "1.0.0") return "text 1.0.0";
      break;
    case "application/openmetrics-text":
      if (version === undefined || version === "0.0.1" || version === "1.0.0") return "openmetrics";
      break;
    case "application/vnd.google.protobuf":
      if (
        (parameters.get("proto") ?? messageName) === messageName &&
        (parameters.get("encoding") ?? "delimited") === "delimited"
      ) {
        return "protobuf";
      }
      break;
  }
  throw new ParseError(
    "Expected the Content-Type of text format 0.0.4 or 1.0.0, OpenMetrics 0.0.1 or 1.0.0 or delimited protobuf, " +
      `but found ${quoteShort(contentType)}.`,
  );
}

const messageName = "io.prometheus.client.MetricFamily";

/** Cuts at the semicolons that do not stand in quotes. */
function splitParameters(contentType: string): string[] {
  return contentType.match(/(?:"(?:\\.|[^"\\])*"|[^;])+/g) ?? [];
}

function parseParameter(parameter: string): [name: string, value: string] {
  const equals = parameter.indexOf("=");
  const name = parameter.slice(0, equals === -1 ? parameter.length : equals);
  const value = equals === -1 ? "" : parameter.slice(equals + 1).trim();
  const quoted = /^"(.*)"$/.exec(value)?.[1];
  return [name.trim().toLowerCase(), quoted?.replaceAll(/\\(.)/g, "$1") ?? value];
}
