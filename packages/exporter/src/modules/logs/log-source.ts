import type { SourcePosition } from "./positions.ts";

/** Something that lines come from. */
export interface LogSource {
  readonly name: string;
  /** Begins to read where `position` says, or as at the first start. Resolves when what comes from then on is read. */
  start(position: SourcePosition | undefined): Promise<void>;
  /** Up to where lines have been counted; undefined where that cannot be gone on from. */
  position(): SourcePosition | undefined;
  /** Brings the metrics of the source itself up to date. */
  observe(): void;
  /** Ends the reading. */
  stop(): Promise<void>;
}
