import { messageOf } from "../../exporter-error.ts";
import { type Digits, withDistinctIntegers } from "./big-integers.ts";
import type { BodyOfResponse } from "./evaluation-job.ts";

/** What begins a record of a JSON text sequence. @see https://www.rfc-editor.org/rfc/rfc7464 */
const recordSeparator = "\u001e";

/** Reads a body; the digits of its big integers go to `digits`. Rejects with an error that says what is wrong with it. */
export async function readDocument(body: BodyOfResponse, digits: Digits): Promise<unknown> {
  const text = decode(body);
  switch (body.format) {
    case "json":
      return readJson(text, digits);
    case "ndjson":
      return readLines(text, digits);
    case "xml":
      return await readXmlText(text);
    default:
      return await readCsv(text, body.delimiter);
  }
}

function decode({ bytes, format, charset: given }: BodyOfResponse): string {
  const charset = given ?? (format === "xml" ? encodingOfXml(bytes) : "utf-8");
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    throw new Error(`its charset ${JSON.stringify(charset.slice(0, 40))} is not known`);
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Error(`the body is not ${decoder.encoding}`);
  }
}

/** What an XML document says of its encoding. @see https://www.rfc-editor.org/rfc/rfc7303#section-3 */
function encodingOfXml(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const start = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const [, encoding = "utf-8"] = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start) ?? [];
  // What can be read so far has bytes for characters, whatever it claims.
  return /^(?:utf|ucs|iso-10646-ucs)-?(?:16|2)/i.test(encoding) ? "utf-8" : encoding;
}

function readJson(text: string, digits: Digits): unknown {
  if (text.trim() === "") throw new Error("the body is empty");
  if (/^\s*</.test(text)) throw new Error("the body is XML or HTML and not JSON; set format: xml if it is to be read");
  try {
    return JSON.parse(withDistinctIntegers(text, digits));
  } catch (error) {
    const isOver = /after JSON/.test(messageOf(error));
    const remedy = isOver ? "; set format: ndjson if each line is JSON" : "";
    throw new Error(`the body is not JSON: ${withoutQuotes(messageOf(error))}${remedy}`, { cause: error });
  }
}

/** A list of what the lines hold. */
function readLines(text: string, digits: Digits): unknown[] {
  const document: unknown[] = [];
  for (const [i, line] of withDistinctIntegers(text, digits).split("\n").entries()) {
    const json = (line.startsWith(recordSeparator) ? line.slice(1) : line).trim();
    if (json === "") continue;
    try {
      document.push(JSON.parse(json));
    } catch (error) {
      throw new Error(`line ${i + 1} of the body is not JSON: ${withoutQuotes(messageOf(error))}`, { cause: error });
    }
  }
  return document;
}

async function readXmlText(text: string): Promise<unknown> {
  const { readXml } = await import("./read-xml.ts");
  try {
    return readXml(text);
  } catch (error) {
    throw new Error(`the body is not XML: ${messageOf(error)}`, { cause: error });
  }
}

async function readCsv(text: string, delimiter: string): Promise<unknown> {
  const { parse } = await import("csv-parse/sync");
  try {
    return parse(text, { bom: true, columns: true, delimiter, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new Error(`the body is not CSV: ${messageOf(error)}`, { cause: error });
  }
}

/** What JSON.parse says of the text, less the piece of it that it quotes. */
function withoutQuotes(message: string): string {
  return message.replace(/, (?:\.\.\.)?"[^]* is not valid JSON$/, "");
}
