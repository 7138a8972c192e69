/** What a label may be given as. It becomes a string once, when its series is looked up. */
export type LabelValue = string | number | boolean | bigint;

/** An object with exactly the declared label names. A metric without labels takes none. */
export type Labels<Names extends string> = [Names] extends [never] ? never : { readonly [Name in Names]: LabelValue };

/** Some of the declared labels. */
export type SomeLabels<Names extends string> = { readonly [Name in Names]?: LabelValue };

/** The labels of a series: one object, or the values in the order in which the names were declared. */
export type LabelArguments<Names extends string> = [labels: Labels<Names>] | OneForEach<Names>;

/** As many values as there are names, as far as the names are known when it is compiled. */
type OneForEach<Names extends string, Values extends LabelValue[] = []> = [Names] extends [never]
  ? Values
  : string extends Names
    ? LabelValue[]
    : OneForEach<Exclude<Names, LastOf<Names>>, [...Values, LabelValue]>;

/** One name of a union: that of the last of the functions that the union's intersection overloads. */
type LastOf<Names extends string> = (Names extends unknown ? (take: (name: Names) => void) => void : never) extends (
  take: infer Intersection,
) => void
  ? Intersection extends (name: infer Last) => void
    ? Last
    : never
  : never;

/** `labels` as lookups read them; a metric's own signature has already checked the names. */
export type LabelObject = Readonly<Record<string, unknown>>;
