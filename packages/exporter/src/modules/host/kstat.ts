// What the kernel's file calls whole numbers of 64 bits, with and without a sign.
const numbers = new Set(["3", "4"]);

/** The numbers in a file of statistics that begins with a line `name type data`, and its texts. */
export function parseKstat(text = ""): { numbers: [name: string, value: number][]; texts: Map<string, string> } {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const start = lines.findIndex(([name, type, data]) => name === "name" && type === "type" && data === "data");
  const found: [string, number][] = [];
  const texts = new Map<string, string>();
  for (const [name = "", type = "", ...data] of start < 0 ? [] : lines.slice(start + 1)) {
    if (numbers.has(type) && /^-?\d+$/.test(data[0] ?? "")) found.push([name, Number(data[0])]);
    else if (data.length > 0) texts.set(name, data.join(" "));
  }
  return { numbers: found, texts };
}
