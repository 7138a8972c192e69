import { SaxesParser } from "saxes";

const deepest = 200;

type Element = Record<string, unknown>;

/**
 * An XML document as JSON has it: an element is a mapping of its children by name, several of one name being a list; `_name`
 * are its attributes and `_text` is its text. An element that has text alone is that text. Prefixes of names are left out.
 * Only the five entities of XML itself are known: none that a document declares is looked at.
 */
export function readXml(text: string): Element {
  const parser = new SaxesParser();
  const root: Element = {};
  const open: { name: string; element: Element; text: string[] }[] = [{ name: "", element: root, text: [] }];
  let error: Error | undefined;
  parser.on("error", (problem) => {
    error ??= problem;
    throw problem;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length > deepest) throw new Error(`elements are nested deeper than ${deepest}`);
    const element: Element = {};
    for (const [key, value] of Object.entries(attributes)) {
      if (key !== "xmlns" && !key.startsWith("xmlns:")) put(element, `_${withoutPrefix(key)}`, value);
    }
    open.push({ name: withoutPrefix(name), element, text: [] });
  });
  const addText = (piece: string): void => void open.at(-1)!.text.push(piece);
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const { name, element, text: pieces } = open.pop()!;
    const trimmed = pieces.join("").trim();
    const isText = Object.keys(element).length === 0;
    if (!isText && trimmed !== "") element["_text"] = trimmed;
    add(open.at(-1)!.element, name, isText ? trimmed : element);
  });
  parser.write(text).close();
  return root;
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function add(parent: Element, name: string, value: unknown): void {
  const before = Object.hasOwn(parent, name) ? parent[name] : undefined;
  if (before === undefined) put(parent, name, value);
  else if (Array.isArray(before)) before.push(value);
  else put(parent, name, [before, value]);
}

/** Sets a key, also one such as `__proto__`. */
function put(element: Element, name: string, value: unknown): void {
  Object.defineProperty(element, name, { value, enumerable: true, configurable: true, writable: true });
}
