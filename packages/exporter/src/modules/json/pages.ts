import type { EvaluationJob, EvaluationResult } from "./evaluation-job.ts";
import { type HttpAnswer, type HttpRequest, shownUrl } from "./exchange.ts";
import type { PagesConfig } from "./request-config.ts";

/** What fetching pages needs. */
export interface PagesMeans {
  /** Fetches one page. */
  fetch(request: HttpRequest): Promise<HttpAnswer>;
  /** Finds something in one page. */
  evaluate(answer: HttpAnswer, job: Pick<EvaluationJob, "next">): Promise<EvaluationResult>;
}

/** Fetches all pages. Rejects where there are more than there may be: a part would pass for the whole. */
export async function fetchPages(first: HttpRequest, config: PagesConfig, means: PagesMeans): Promise<HttpAnswer[]> {
  const answers: HttpAnswer[] = [];
  const seen = new Set<string>();
  let request: HttpRequest | undefined = firstPage(first, config);
  while (request !== undefined) {
    const { href } = request.url;
    if (answers.length >= config.max) {
      throw new Error(
        `${shownUrl(first.url)} has more than ${config.max} pages; ask for larger ones, or set pages.max`,
      );
    }
    if (seen.has(href)) throw new Error(`${shownUrl(first.url)} leads to the same page twice; correct pages`);
    seen.add(href);
    const answer = await means.fetch(request);
    answers.push(answer);
    request = await nextPage(request, answer, answers.length, config, means);
  }
  return answers;
}

function firstPage(request: HttpRequest, { items, parameter, start }: PagesConfig): HttpRequest {
  return items === undefined ? request : withParameter(request, parameter!, String(start));
}

async function nextPage(
  request: HttpRequest,
  answer: HttpAnswer,
  pages: number,
  config: PagesConfig,
  means: PagesMeans,
): Promise<HttpRequest | undefined> {
  const { next, cursor, items, parameter, start, step } = config;
  if (config.link_header) return withUrl(request, answer, nextLink(answer.headers["link"] ?? ""));
  const found = await find(answer, next ?? cursor ?? `$count(${items!}) > 0 ? "more" : null`, means);
  if (next !== undefined) return withUrl(request, answer, found);
  if (found === undefined) return undefined;
  return withParameter(request, parameter!, items === undefined ? found : String(start + step * pages));
}

async function find(answer: HttpAnswer, expression: string, means: PagesMeans): Promise<string | undefined> {
  const result = await means.evaluate(answer, { next: expression });
  if ("error" in result) throw new Error(`${shownUrl(answer.url)}: ${result.error}`);
  return result.next;
}

function withParameter(request: HttpRequest, name: string, value: string): HttpRequest {
  const url = new URL(request.url);
  url.searchParams.set(name, value);
  return { ...request, url };
}

/** The request to where an answer leads, which must be the same server: it gets our credentials. */
function withUrl(request: HttpRequest, answer: HttpAnswer, next: string | undefined): HttpRequest | undefined {
  if (next === undefined) return undefined;
  if (!URL.canParse(next, answer.url.href)) throw new Error(`${shownUrl(answer.url)}: the next page is no URL`);
  const url = new URL(next, answer.url);
  if (url.origin !== request.url.origin || url.username !== "" || url.password !== "") {
    throw new Error(`${shownUrl(answer.url)}: the next page is at another origin, ${url.origin}`);
  }
  return { ...request, url };
}

/** The target of the link whose relation is `next`. @see https://www.rfc-editor.org/rfc/rfc8288#section-3 */
export function nextLink(header: string): string | undefined {
  for (const [, target, parameters] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const [, quoted, plain] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters!) ?? [];
    if ((quoted ?? plain ?? "").toLowerCase().split(/\s+/).includes("next")) return target;
  }
  return undefined;
}
