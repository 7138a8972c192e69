import { LinePattern } from "./line-pattern.ts";
import { numberReader } from "./number-value.ts";

/** What a line must be like to be counted. Of what is given all must hold. */
export interface Condition {
  readonly field: string;
  /** Texts one of which the field must be. */
  readonly in?: readonly string[] | undefined;
  /** A regular expression that must be found in it. */
  readonly regex?: string | undefined;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  /** Whether the line must have the field; one that has not fits nothing else. */
  readonly present?: boolean | undefined;
  /** Turns the condition around. */
  readonly not?: boolean | undefined;
}

/** Whether a field is as a condition has it. */
export function conditionTest(condition: Condition): (text: string | undefined) => boolean {
  const { present, not = false, above, below } = condition;
  const texts = condition.in === undefined ? undefined : new Set(condition.in);
  const find = condition.regex === undefined ? undefined : new LinePattern(condition.regex).tester();
  const number = numberReader(undefined);
  const holds = (text: string | undefined): boolean => {
    if (present !== undefined && (text !== undefined) !== present) return false;
    if (text === undefined) return present === false;
    if (texts !== undefined && !texts.has(text)) return false;
    if (find !== undefined && !find(text)) return false;
    if (above === undefined && below === undefined) return true;
    const value = number(text);
    return value !== undefined && value > (above ?? -Infinity) && value < (below ?? Infinity);
  };
  return not ? (text) => !holds(text) : holds;
}
