import type { LabelMatcher } from "../label-matcher.ts";
import type { WireAsk, WirePanelQuery, WirePastQuery, WireQuery, WireShown } from "../wire.ts";
import { isRecord } from "./is-record.ts";

const mostPlots = 40;
const mostSeries = 100;
const mostMatchers = 20;
const longestText = 1000;

/** How far back Prometheus is asked. */
const mostSeconds = 7 * 86_400;

/** What is asked of Prometheus, or undefined if it is not what the page asks. */
export function readPastQuery(text: string): WirePastQuery | undefined {
  const query = parse(text);
  const isAsked = isRecord(query) && isSpan(query["seconds"]) && isAsk({ ...query, since: 0 });
  return isAsked ? (query as unknown as WirePastQuery) : undefined;
}

/** What is asked of a panel of a dashboard, or undefined if it is not what the page asks. */
export function readPanelQuery(text: string): WirePanelQuery | undefined {
  const query = parse(text);
  const isAsked =
    isRecord(query) &&
    isText(query["dashboard"]) &&
    isNumber(query["panel"]) &&
    isSpan(query["seconds"]) &&
    isRecord(query["choices"]) &&
    isList(Object.values(query["choices"]), mostMatchers, isText);
  return isAsked ? (query as unknown as WirePanelQuery) : undefined;
}

function isSpan(value: unknown): boolean {
  return isNumber(value) && value >= 60 && value <= mostSeconds;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a poll asks for, or undefined if it is not what the page asks. */
export function readQuery(text: string): WireQuery | undefined {
  const query = parse(text);
  return isRecord(query) &&
    isText(query["viewer"]) &&
    (query["run"] === undefined || isText(query["run"])) &&
    isNumber(query["catalog"]) &&
    isNumber(query["since"]) &&
    isList(query["plots"], mostPlots, isAsk)
    ? (query as unknown as WireQuery)
    : undefined;
}

function isAsk(ask: unknown): ask is WireAsk {
  return (
    isRecord(ask) &&
    isText(ask["family"]) &&
    isNumber(ask["since"]) &&
    (ask["shown"] === undefined || isShown(ask["shown"])) &&
    isList(ask["matchers"], mostMatchers, isMatcher) &&
    isNumber(ask["most"]) &&
    ask["most"] <= mostSeries
  );
}

function isShown(shown: unknown): shown is WireShown {
  return isRecord(shown) && isNumber(shown["epoch"]) && isList(shown["series"], mostSeries, isNumber);
}

function isMatcher(matcher: unknown): matcher is LabelMatcher {
  return isRecord(matcher) && isText(matcher["label"]) && isText(matcher["value"]) && isBoolean(matcher["isNegated"]);
}

function isList(value: unknown, most: number, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= most && value.every(isItem);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= longestText;
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}
