const texts = [/"(?:\\.|[^"\\])*"/, /'(?:\\.|[^'\\])*'/, /`[^`]*`/].map(({ source }) => source).join("|");
const braces = `\\{(?:${texts}|[^}"'\`])*\\}`;
const name = "[a-zA-Z_:][\\w:]*";

/** What PromQL is made of, as far as it matters where its selectors are. */
const tokens = new RegExp(
  [
    `(?:${texts})`,
    "#[^\\n]*",
    "\\[[^\\]]*\\]",
    // Numbers and times.
    "\\.?\\d(?:[\\w.]|(?<=[eE])[+-])*",
    // Labels to group and match by.
    "\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)",
    "[a-zA-Z_]\\w*(?=\\s*\\()",
    `(?<metric>${name})\\s*(?<matchers>${braces})?`,
    `(?<alone>${braces})`,
  ].join("|"),
  "gi",
);

/** Words that stand where a metric could. */
const words = new Set(
  (
    "and or unless atan2 offset bool inf nan by without on ignoring group_left group_right sum min max avg group stddev " +
    "stdvar count count_values bottomk topk quantile limitk limit_ratio"
  ).split(" "),
);

/** A query of those series alone that have the labels that `own` asks for, such as `instance="host:9100"`. */
export function narrowed(query: string, own: string): string {
  return query.replaceAll(tokens, (token, ...rest) => {
    const { metric = "", matchers, alone } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    const selector = matchers ?? alone;
    if (selector !== undefined) return `${metric}${within(selector, own)}`;
    if (metric === "" || words.has(metric.toLowerCase())) return token;
    return `${metric}{${own}}${token.slice(metric.length)}`;
  });
}

function within(selector: string, own: string): string {
  const matchers = selector.slice(1, -1).trim();
  return matchers === "" ? `{${own}}` : `{${own}, ${matchers}}`;
}
