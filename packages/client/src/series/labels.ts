/** What a label may be given as. It becomes a string once, when its series is looked up. */
export type LabelValue = string | number | boolean | bigint;

/** An object with exactly the declared label names, as the calls of a labelled metric take it. */
export type Labels<Names extends string> = { readonly [Name in Names]: LabelValue };

/** `labels` narrowed to the shape that lookups read; a metric's own signature has already checked the names. */
export type LabelObject = Readonly<Record<string, unknown>>;
