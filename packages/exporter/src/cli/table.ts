const widest = 80;

/** Rows under a head, in columns as wide as what is in them, the last one excepted. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title) => title.length);
  for (const row of rows) {
    for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index]!, Math.min(text.length, widest));
  }
  const lines = [head, ...rows].map((row) =>
    row
      .map((text, index) => (index === row.length - 1 ? text : text.padEnd(widths[index]!)))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

/** A text from anywhere, in one line and with nothing that a terminal would obey. */
export function printable(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}|\p{Cf}/gu, "�");
}
