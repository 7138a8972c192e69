import type { Dialect } from "./connection-settings.ts";
import type { Families } from "./families.ts";
import type { Result, Row } from "./result.ts";
import type { Server } from "./session.ts";

/** What a part of a preset asks with. */
export interface PresetContext {
  readonly server: Server;
  /** The rows of a query, by the names of their columns in lower case. */
  readonly rows: (sql: string) => Promise<Row[]>;
  /** The whole result of a query. */
  readonly result: (sql: string) => Promise<Result>;
  readonly families: Families;
  /** Where the server is, for labels that tell: `host:port`. */
  readonly address: string;
}

/** A part of a preset, which fails by itself: a collector, in the words of the exporter whose names it has. */
export interface PresetPart {
  readonly name: string;
  /** Whether the server can be asked this. Default: always. */
  readonly suits?: (server: Server) => boolean;
  collect(context: PresetContext): Promise<void>;
}

/** A set of metrics by the names, types and labels of another exporter. */
export interface Preset {
  readonly dialect: Dialect;
  /** The metric that is 1 where the database answers, and its help. */
  readonly up: { readonly name: string; readonly help: string };
  /** The metrics that say by the label `collector` how each part fared. */
  readonly success: { readonly name: string; readonly help: string };
  readonly duration?: { readonly name: string; readonly help: string };
  readonly parts: readonly PresetPart[];
}
