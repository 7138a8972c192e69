import { headerOf, isClosed, onClosed, type NodeRequest, type NodeResponse } from "./node-http.ts";
import type { ScrapeAnswer } from "./scrape-answer.ts";
import { TimeSlice } from "../time-slice.ts";
import { type MetricsHandlerOptions, Scraper } from "./scraper.ts";

/** Answers requests for metrics, as `node:http` and what is built on it call it, or as servers in the manner of Fetch do. */
export interface MetricsHandler {
  /** Resolves when the response is closed. Never rejects. */
  (request: NodeRequest, response: NodeResponse, ...rest: readonly unknown[]): Promise<void>;
  /** Resolves to the response. Never rejects. */
  (request: Request, ...rest: readonly unknown[]): Promise<Response>;
}

/** How long an answer may be on its way to a client that reads slowly, or not at all. */
const sendingSeconds = 60;

/**
 * A handler that answers GET and HEAD with the metrics, in the format that the request accepts and compressed if it likes
 * that, or those of the families named by its `name[]` parameters. Another method gets a 405, one request too many a 503, and
 * a failure a 500 of which only the log knows why. A metric that is not up to date by the deadline, that of the request's
 * `X-Prometheus-Scrape-Timeout-Seconds` or 10 seconds, is left out.
 *
 * ```ts
 * createServer(metricsHandler()).listen(9464); // node:http
 * app.get("/metrics", metricsHandler()); // Express
 * Deno.serve({ port: 9464 }, metricsHandler()); // Fetch
 * ```
 *
 * Throws a `MetricsError` if a limit is none.
 *
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 */
export function metricsHandler(options: MetricsHandlerOptions = {}): MetricsHandler {
  const scraper = new Scraper(options);
  function handle(request: NodeRequest | Request, response?: unknown): Promise<void | Response> {
    return isFetch(request) ? answerFetch(scraper, request) : answerNode(scraper, request, response as NodeResponse);
  }
  return handle as MetricsHandler;
}

/** Deno hands over a second argument too; and whoever names the class has Node.js load 5 MB for it. */
function isFetch(request: NodeRequest | Request): request is Request {
  return typeof request.headers.get === "function";
}

async function answerNode(scraper: Scraper, request: NodeRequest, response: NodeResponse): Promise<void> {
  if (isClosed(response)) return;
  const gone = new AbortController();
  const closed = new Promise<void>((resolve) => {
    onClosed(request, response, () => {
      gone.abort();
      resolve();
    });
  });
  const { method = "GET", url = "/" } = request;
  const asked = { method, target: url, header: (name: string) => headerOf(request, name) };
  const answer = await scraper.answer(asked, gone.signal);
  let overdue: ReturnType<typeof setTimeout> | undefined;
  try {
    if (isClosed(response)) return;
    overdue = setTimeout(() => response.destroy(), sendingSeconds * 1000);
    await Promise.race([closed, send(response, answer, method === "HEAD")]);
    await closed;
  } catch (error) {
    scraper.failed(error);
    response.destroy();
  } finally {
    clearTimeout(overdue);
    answer.release();
  }
}

async function send(response: NodeResponse, { status, headers, chunks }: ScrapeAnswer, isHead: boolean): Promise<void> {
  response.writeHead(status, headers);
  // A server that is being closed cuts off what has ended and is not yet sent: so this ends once it is.
  if (!isHead) {
    const slice = new TimeSlice();
    for (const chunk of chunks) {
      await new Promise<void>((resolve) => {
        response.write(chunk, resolve);
      });
      if (slice.isOver()) await slice.next();
    }
  }
  response.end();
}

async function answerFetch(scraper: Scraper, request: Request): Promise<Response> {
  const { method, url, headers, signal } = request;
  const asked = { method, target: url, header: (name: string) => headers.get(name) ?? undefined };
  const answer = await scraper.answer(asked, signal);
  const init = { status: answer.status, headers: asText(answer.headers) };
  if (method !== "HEAD" && answer.chunks.length > 1) return new Response(streamOf(answer), init);
  const body = method === "HEAD" ? null : (answer.chunks[0]?.slice() ?? null);
  answer.release();
  return new Response(body, init);
}

/**
 * The body as a stream. Its chunks are copies, each made when it is asked for: whoever reads may still hold one when the last
 * has been read and released.
 */
function streamOf({ chunks, release }: ScrapeAnswer): ReadableStream<Uint8Array<ArrayBuffer>> {
  let next = 0;
  let overdue: { unref?(): void } | number;
  const end = (): void => {
    clearTimeout(overdue as number);
    release();
  };
  return new ReadableStream(
    {
      start(controller) {
        // A server may drop a response without a word. What is released changes: no more of it may be read.
        overdue = setTimeout(() => {
          end();
          controller.error(new Error(`The metrics were not read within ${sendingSeconds} s.`));
        }, sendingSeconds * 1000);
        if (typeof overdue === "object") overdue.unref?.();
      },
      pull(controller) {
        const chunk = chunks[next++];
        if (chunk !== undefined) controller.enqueue(chunk.slice());
        if (next < chunks.length) return;
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

function asText(headers: ScrapeAnswer["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
