import { numberOf } from "../number-of.ts";

const words: Readonly<Record<string, number>> = {
  yes: 1,
  on: 1,
  no: 0,
  off: 0,
  disabled: 0,
  // A replica that is not running yet.
  connecting: 0,
  // What a node of Galera is part of.
  primary: 1,
  "non-primary": 0,
  disconnected: 0,
};

/** The number that a status or variable of the server is; undefined for a text. */
export function statusValue(text: string | null): number | undefined {
  if (text === null) return undefined;
  const word = words[text.toLowerCase()];
  if (word !== undefined) return word;
  // When the certificate of the server ends: Nov 28 20:15:00 2027 GMT.
  if (/^[A-Z][a-z]{2} [\d ]\d \d\d:\d\d:\d\d \d{4} GMT$/.test(text)) return Date.parse(text) / 1000;
  return numberOf(text, /^\d{4}-\d\d-\d\d /.test(text) ? "time" : "number");
}

/** A name of the server as part of the name of a metric. */
export function metricPart(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9_]/g, "_");
}
