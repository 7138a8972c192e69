import type { FamilyDescription } from "../parallel/family-description.ts";

/**
 * What the numbers of a slot are: one for each sample, or what fell into each bucket alone and their sum, as histograms
 * keep them.
 */
export type RowKind = "samples" | "buckets";

/** Who shares metrics. */
export interface Sharer {
  /** Unlike that of every other. */
  readonly id: string;
  /** The number of the thread. */
  readonly thread: number;
  /** The threads that have to end before or with it: those that started it, as far as they share or collect metrics. */
  readonly ancestors: readonly number[];
  /** What stands in the label `worker` where each thread has series of its own; a number that is free if undefined. */
  readonly worker: string | undefined;
}

/** What those who share metrics tell those who collect them. `family` is a number that the sharer gives. */
export type CollectorMessage =
  | {
      readonly kind: "family";
      readonly sharer: Sharer;
      readonly family: number;
      readonly description: FamilyDescription;
      readonly rows: RowKind;
      readonly sheet: SharedArrayBuffer;
    }
  /** A family has moved to another sheet. */
  | { readonly kind: "sheet"; readonly sharer: Sharer; readonly family: number; readonly sheet: SharedArrayBuffer }
  | { readonly kind: "removed"; readonly sharer: Sharer; readonly family: number }
  /** It shares nothing any more. */
  | { readonly kind: "left"; readonly sharer: Sharer }
  /** A thread has ended. */
  | { readonly kind: "ended"; readonly thread: number };

/** What those who collect tell those who share: there is one who knows of nothing yet. */
export type SharerMessage = { readonly kind: "collecting" };
