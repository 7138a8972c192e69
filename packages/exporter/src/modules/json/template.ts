/** A text with parameters in it: `/stats?shop={{shop}}`, or `{{shop:-berlin}}` with what stands there where none is given. */
export interface Template {
  readonly pieces: readonly (string | Parameter)[];
}

interface Parameter {
  readonly name: string;
  readonly fallback: string | undefined;
}

/** What the parameters of a template are, by name. */
export type Parameters = ReadonlyMap<string, string>;

/** Makes a value such that it stands for itself and nothing else; `before` is what the text has before it. */
export type Encode = (value: string, before: string) => string;

/** Reads a template. Throws an error that says what is wrong with it. */
export function parseTemplate(text: string): Template {
  const pieces: (string | Parameter)[] = [];
  let done = 0;
  for (let open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", done)) {
    const close = text.indexOf("}}", open);
    const inner = close < 0 ? "" : text.slice(open + 2, close);
    const { name, fallback } = /^\s*(?<name>[A-Za-z_]\w*)\s*(?::-(?<fallback>.*))?$/s.exec(inner)?.groups ?? {};
    if (name === undefined) throw new Error("holds a {{ that names no parameter; write {{name}} or {{name:-default}}");
    if (name === "target" || name === "module") {
      throw new Error(`names the parameter ${name}, which every probe has for itself; give it another name`);
    }
    pieces.push(text.slice(done, open), { name, fallback });
    done = close + 2;
  }
  return { pieces: [...pieces, text.slice(done)] };
}

/** The names of its parameters. */
export function parametersOf({ pieces }: Template): string[] {
  return pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.name]));
}

/** The text with the parameters put in. Throws an error that names a parameter that is missing, or cannot stand where it is. */
export function render({ pieces }: Template, parameters: Parameters, encode: Encode): string {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") {
      text += piece;
      continue;
    }
    const value = parameters.get(piece.name) ?? piece.fallback;
    if (value === undefined) {
      throw new Error(
        `parameter ${piece.name} is missing; add &${piece.name}=… to the probe, or parameters to the target`,
      );
    }
    try {
      text += encode(value, text);
    } catch (error) {
      throw new Error(`parameter ${piece.name} ${(error as Error).message}`, { cause: error });
    }
  }
  return text;
}

/** For a URL. A step of a path cannot lead out of it. */
export function encodeForUrl(value: string, before: string): string {
  if (/^\.{1,2}$/.test(value) && !before.includes("?")) throw new Error('is "." or "..", which lead elsewhere');
  return encodeURIComponent(value.toWellFormed());
}

/** For the value of a header. */
export function encodeForHeader(value: string): string {
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) throw new Error("has characters that no header may have");
  return value;
}

/** For a body of a media type. */
export function encoderForBody(mediaType: string): Encode {
  if (/[/+]json\b/.test(mediaType)) return encodeForJson;
  if (/[/+]xml\b/.test(mediaType)) return encodeForXml;
  return mediaType === "application/x-www-form-urlencoded"
    ? (value) => encodeURIComponent(value.toWellFormed())
    : (value) => value;
}

function encodeForJson(value: string, before: string): string {
  if (isWithinString(before)) return JSON.stringify(value).slice(1, -1);
  if (/^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)$/.test(value)) return value;
  throw new Error("stands outside of quotes, and is no number, true, false or null");
}

function isWithinString(json: string): boolean {
  return (json.replaceAll(/\\./gs, "").match(/"/g)?.length ?? 0) % 2 === 1;
}

const xmlEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function encodeForXml(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => xmlEntities[character]!);
}
