import { inspect } from "node:util";
import { z } from "zod";

/** A password, token or key: a text that prints as `<secret>` wherever it goes, and is told by `reveal()` alone. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Hand it to who needs it and nobody else: no log, error, metric or page. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "<secret>";
  }

  toJSON(): string {
    return "<secret>";
  }

  static {
    // Node.js's inspect() and console.log() ask for this.
    Object.defineProperty(Secret.prototype, inspect.custom, { value: () => "<secret>" });
  }
}

const secretTexts = new WeakSet<object>();

/**
 * A field of a configuration that holds a secret. Beside `password: secret()` the reader takes `password_file`, the file to
 * read it from: relative to the configuration file, less one newline at its end.
 */
export function secret(): z.ZodType<Secret, string> {
  const text = z.string();
  secretTexts.add(text);
  return text.transform((value) => new Secret(value));
}

/** Whether this is the text that `secret()` begins with. */
export function isSecretText(schema: object): boolean {
  return secretTexts.has(schema);
}
