import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { ExporterError, messageOf } from "../../exporter-error.ts";
import type { Logger } from "../../logger.ts";
import type { FileMark } from "./tailed-file.ts";

/** Up to where a file was read, and how to know it again. */
export interface FilePosition {
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
  readonly offset: number;
  /** Of how many bytes, and their hash. */
  readonly head: readonly [length: number, hash: string];
  readonly before: readonly [length: number, hash: string];
  /** Whether the place is within a line that is passed over. */
  readonly skipping?: boolean | undefined;
}

/** Up to where a source was read. */
export interface SourcePosition {
  readonly files?: readonly FilePosition[] | undefined;
  /** The cursor of the journal. */
  readonly cursor?: string | undefined;
}

const mark = z.tuple([z.int().min(0).max(1024), z.string()]);
const stateSchema = z.object({
  version: z.literal(1),
  sources: z.record(
    z.string(),
    z.object({
      files: z
        .array(
          z.object({
            path: z.string(),
            dev: z.number(),
            ino: z.number(),
            offset: z.int().min(0),
            head: mark,
            before: mark,
            skipping: z.boolean().optional(),
          }),
        )
        .optional(),
      cursor: z.string().optional(),
    }),
  ),
});

/**
 * Up to where each source was read when its metrics were last collected. A restart goes on from there, so that what it counts
 * anew is what nobody was told of. Kept in memory, for reloads, and in a file if there is one.
 */
export class Positions {
  readonly #file: string | undefined;
  readonly #logger: Logger;
  #sources = new Map<string, SourcePosition>();
  #writing: Promise<void> | undefined;
  #isStale = false;
  /** How often the file could not be written, in all, and whether it could not be the last time. */
  failures = 0;
  #isFailing = false;

  constructor(file: string | undefined, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
  }

  /** Reads the file, where there is one. Rejects with an {@link ExporterError} if it cannot be used. */
  async load(): Promise<void> {
    if (this.#file === undefined) return;
    let text: string;
    try {
      text = await readFile(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return await this.#firstWrite();
      throw new ExporterError("start_failed", `The state file ${this.#file} cannot be read: ${messageOf(error)}`);
    }
    const parsed = stateSchema.safeParse(jsonOf(text));
    if (!parsed.success) {
      throw new ExporterError(
        "start_failed",
        `The state file ${this.#file} is none that this version has written; remove it, and logs are read as at the first start.`,
      );
    }
    this.#sources = new Map(Object.entries(parsed.data.sources));
  }

  get(source: string): SourcePosition | undefined {
    return this.#sources.get(source);
  }

  /** Takes the positions of all sources, and writes them soon. */
  commit(sources: ReadonlyMap<string, SourcePosition>): void {
    this.#sources = new Map(sources);
    this.#isStale = true;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Resolves when what was committed is in the file. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #firstWrite(): Promise<void> {
    try {
      await mkdir(dirname(this.#file!), { recursive: true });
      await this.#writeOnce();
    } catch (error) {
      const remedy = "let this user write there, or name another state_file.";
      throw new ExporterError(
        "start_failed",
        `The state file ${this.#file} cannot be written: ${messageOf(error)}; ${remedy}`,
      );
    }
  }

  async #write(): Promise<void> {
    while (this.#isStale && this.#file !== undefined) {
      this.#isStale = false;
      try {
        await this.#writeOnce();
        this.#isFailing = false;
      } catch (error) {
        this.failures++;
        if (!this.#isFailing) {
          this.#logger.error({ file: this.#file, error: messageOf(error) }, "the positions of logs cannot be written");
        }
        this.#isFailing = true;
      }
    }
  }

  /** Whoever reads it finds the text before or this one, whole, whenever the machine stops. */
  async #writeOnce(): Promise<void> {
    const next = `${this.#file}.new`;
    const handle = await open(next, "w", 0o600);
    try {
      await handle.writeFile(JSON.stringify({ version: 1, sources: Object.fromEntries(this.#sources) }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, this.#file!);
  }
}

/** The position of a file that was read up to a mark. */
export function positionOf({ path, dev, ino }: Pick<FilePosition, "path" | "dev" | "ino">, at: FileMark): FilePosition {
  return {
    path,
    dev,
    ino,
    offset: at.offset,
    head: [at.head.length, hashOf(at.head)],
    before: [at.before.length, hashOf(at.before)],
    skipping: at.isSkipping || undefined,
  };
}

/** Texts of logs are not to be found in the state file. */
export function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64url");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
