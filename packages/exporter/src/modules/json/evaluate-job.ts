import type { EvaluationJob, EvaluationResult, FoundMetric } from "./evaluation-job.ts";
import { reasonOf } from "./expression.ts";
import { findSeries, MetricExpressions, type ReadDocument } from "./find-series.ts";
import { readDocument } from "./read-document.ts";
import { shown } from "./to-number.ts";

// By the time that they may take, which is the same for most.
const expressionsByTime = new Map<number, MetricExpressions>();

/** Reads the bodies of a job and finds the series of its metrics. Never rejects. */
export async function evaluateJob(job: EvaluationJob): Promise<EvaluationResult> {
  let read: ReadDocument;
  try {
    read = await documentOf(job);
  } catch (error) {
    return { error: reasonOf(error) };
  }
  const { milliseconds } = job;
  let expressions = expressionsByTime.get(milliseconds);
  if (expressions === undefined)
    expressionsByTime.set(milliseconds, (expressions = new MetricExpressions(milliseconds)));
  let next: string | undefined;
  try {
    if (job.next !== undefined) next = textOf(await expressions.single(job.next).evaluate(read.document), read);
  } catch (error) {
    return { error: `${reasonOf(error)} (in ${shown(job.next)})` };
  }
  const metrics: FoundMetric[] = [];
  for (const plan of job.metrics) {
    try {
      metrics.push({ series: await findSeries(plan, read, expressions) });
    } catch (error) {
      metrics.push({ error: reasonOf(error) });
    }
  }
  return { metrics, next };
}

async function documentOf({ bodies, isPaged }: EvaluationJob): Promise<ReadDocument> {
  const digits = new Map<number, string>();
  const documents: unknown[] = [];
  for (const body of bodies) documents.push(await readDocument(body, digits));
  return { document: isPaged ? documents : documents[0], digits };
}

/** What leads to the next page, undefined where there is none. */
function textOf(value: unknown, { digits }: ReadDocument): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? (digits.get(value) ?? String(value)) : undefined;
}
