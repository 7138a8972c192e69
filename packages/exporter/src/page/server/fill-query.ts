/** What stands in a query for a variable. */
export interface Filling {
  readonly value: string;
  /** Whether it is written as it is: not a value of a label, but a pattern or a time. */
  readonly isPlain: boolean;
}

/** A query with values in place of its variables. No value becomes more than a text, or a name where one stands alone. */
export function filled(query: string, fillings: ReadonlyMap<string, Filling>): string {
  return query.replaceAll(/"(?:\\.|[^"\\])*"|[^"]+/g, (part, offset: number) => {
    const isText = part.startsWith('"');
    const isPattern = isText && query.slice(0, offset).trimEnd().endsWith("~");
    return part.replaceAll(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (_, inBraces: string | undefined, plain: string) => {
      const filling = fillings.get(inBraces ?? plain);
      if (filling === undefined) return "";
      const { value, isPlain } = filling;
      if (isPlain) return value;
      if (!isText) return /^[a-zA-Z_]\w*$/.test(value) ? value : "";
      const pattern = isPattern ? value.replaceAll(/[.+*?^${}()|[\]\\]/g, "\\$&") : value;
      return pattern.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
    });
  });
}
