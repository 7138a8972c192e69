import { Document, isMap, isScalar, type Pair, type Scalar, visit } from "yaml";
import type { Commented } from "./scrape-jobs.ts";

/** What else a configuration of Prometheus says. */
export interface PrometheusFileOptions {
  /** Files of rules, or patterns of several. Default: none. */
  readonly ruleFiles?: readonly string[] | undefined;
}

/** A configuration of Prometheus with these jobs, as YAML. With files of rules it is a whole one. */
export function prometheusFile(jobs: readonly Commented[], { ruleFiles = [] }: PrometheusFileOptions = {}): string {
  const whole = ruleFiles.length > 0 && {
    global: { scrape_interval: "15s", evaluation_interval: "15s" },
    rule_files: ruleFiles,
  };
  const document = new Document(
    { ...whole, scrape_configs: jobs.map(({ value }) => value) },
    { aliasDuplicateObjects: false },
  );
  for (const [i, { comments }] of jobs.entries()) {
    for (const { path, text } of comments) comment(document, ["scrape_configs", i, ...path], text);
  }
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Puts a comment before a key. */
function comment(document: Document, path: readonly (string | number)[], text: string): void {
  const parent = document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (!isMap(parent)) throw new Error(`${path.join(".")} is no key`);
  const pair = (parent.items as Pair<Scalar>[]).find((each) => each.key.value === key)!;
  pair.key.commentBefore = text;
}
