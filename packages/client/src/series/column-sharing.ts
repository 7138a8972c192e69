/** Keeps the columns of a table where others read them while it changes. */
export interface ColumnSharing {
  /** Gives the table columns for so many slots, with what its present ones hold. */
  grow(capacity: number): void;
  /** A series has come into a slot, all zeros. */
  came(slot: number, labelValues: readonly string[]): void;
  /** The series in a slot is about to go, or to start again from zero; its numbers are still there. */
  leaving(slot: number): void;
  /** The numbers of a slot are about to be replaced by others. */
  rewriting(slot: number): void;
  /** The numbers of a slot have been replaced. */
  rewritten(slot: number): void;
}
