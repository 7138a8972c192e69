import { parse, type ParsedFamily } from "../parse/index.ts";
import type { Registry } from "../registry.ts";

/** Text with names as they were declared. */
export const textMediaType = "text/plain;version=1.0.0;escaping=allow-utf-8";

/** Protobuf, which has the native histograms and the exemplars, with names as they were declared. */
export const protobufMediaType =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8";

/** What a scraper reads that accepts only one format. `names` are those of samples. Default: every family. */
export async function exposedFamilies(
  registry: Registry,
  accept: string,
  names?: readonly string[],
): Promise<ParsedFamily[]> {
  const { contentType, body } = await registry.expose({ accept, names });
  return parse(body, contentType);
}
