import type { LabelMatcher } from "../label-matcher.ts";
import type { WireAsk, WireQuery, WireShown } from "../wire.ts";

const mostPlots = 40;
const mostSeries = 100;
const mostMatchers = 20;
const longestText = 1000;

/** What a poll asks for, or undefined if it is not what the page asks. */
export function readQuery(text: string): WireQuery | undefined {
  let query: unknown;
  try {
    query = JSON.parse(text);
  } catch {
    return undefined;
  }
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
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
