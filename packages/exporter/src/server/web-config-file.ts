import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { readConfig } from "../config/read-config.ts";
import { messageOf } from "../exporter-error.ts";
import type { Logger } from "../logger.ts";
import { webConfigSchema } from "./web-config-schema.ts";
import { openSettings, settingsOf, type WebSettings } from "./web-settings.ts";

/** How long what was read is taken for what the files hold. */
const lookEveryMs = 1000;
/** How long a request waits for that, of files on a disk that has gone, say. */
const longestLookMs = 1000;

/** A web configuration file, read again once it or a file that it names has changed. */
export class WebConfigFile {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #names = new Set<string>();
  #settings: WebSettings = openSettings;
  #fingerprint = "";
  /** What the files looked like when they were read; undefined where they may have changed while they were. */
  #seen: string | undefined;
  #looked = -Infinity;
  #looking: Promise<void> | undefined;
  #reported: string | undefined;

  private constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** Reads a file. Rejects with an {@link ExporterError} that tells all that is wrong with it. */
  static async open(path: string, logger: Logger): Promise<WebConfigFile> {
    const file = new WebConfigFile(path, logger);
    await file.#read();
    file.#looked = performance.now();
    return file;
  }

  /** What was right the last time. */
  get settings(): WebSettings {
    return this.#settings;
  }

  /** Looks, at most once a second, whether a file has changed, and reads them all again. What is wrong goes to the log, once. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#looked < lookEveryMs) return;
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, longestLookMs)));
    await Promise.race([this.#looking, late]);
    clearTimeout(timer);
    this.#looked = performance.now();
  }

  /** Reads the files again. Rejects with an {@link ExporterError} if they are wrong; what was right before goes on. */
  async reload(): Promise<void> {
    await this.#looking;
    await this.#read();
  }

  async #look(): Promise<void> {
    if (this.#seen !== undefined && (await this.#appearance()).text === this.#seen) return;
    try {
      await this.#read();
      this.#reported = undefined;
    } catch (error) {
      const message = messageOf(error);
      // Of what has changed just now, the other half may still be to come: a certificate, then its key.
      if (message === this.#reported || this.#seen === undefined) return;
      this.#reported = message;
      this.#logger.error(
        { file: this.#path, error: message },
        "web configuration is wrong; what was right before goes on",
      );
    }
  }

  async #read(): Promise<void> {
    this.#names.clear();
    this.#names.add(this.#path);
    const schema = webConfigSchema.transform((config, context) =>
      settingsOf(config, context, (file) => void this.#names.add(file)),
    );
    const before = Date.now();
    let settings: WebSettings;
    try {
      ({ config: settings } = await readConfig([this.#path], schema));
    } finally {
      // A file that is written within a tick of the clock looks the same before and after. One of the future does not count.
      const { text, changedMs } = await this.#appearance();
      this.#seen = changedMs > before - lookEveryMs && changedMs < Date.now() + lookEveryMs ? undefined : text;
    }
    const fingerprint = fingerprintOf(settings);
    if (fingerprint === this.#fingerprint) return;
    this.#settings = settings;
    this.#fingerprint = fingerprint;
    const { tls, users } = settings;
    const fields = { file: this.#path, tls: tls !== undefined, http2: tls?.http2 ?? false, users: users.size };
    this.#logger.info(fields, "web configuration");
    if (tls === undefined && users.size > 0) {
      this.#logger.warn({ file: this.#path }, "passwords are asked for but not encrypted; add tls_server_config");
    }
  }

  /** What the files look like from outside, and when the last of them changed. */
  async #appearance(): Promise<{ text: string; changedMs: number }> {
    let changedMs = 0;
    const lines: string[] = [];
    for (const name of this.#names) {
      try {
        const { ino, size, mtimeMs, ctimeMs } = await stat(name);
        lines.push(`${name} ${ino} ${size} ${mtimeMs} ${ctimeMs}`);
        changedMs = Math.max(changedMs, mtimeMs, ctimeMs);
      } catch {
        lines.push(`${name} none`);
      }
    }
    return { text: lines.join("\n"), changedMs };
  }
}

function fingerprintOf({ users, ...settings }: WebSettings): string {
  return createHash("sha256")
    .update(JSON.stringify([[...users], settings]))
    .digest("hex");
}
