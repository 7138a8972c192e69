import type { Exemplar, NativeHistogram } from "../family.ts";
import type { FamilyDescription } from "./family-description.ts";

/**
 * What a process tells of its metrics, a call a fact, and only what changed since it last told. Families and series bear
 * numbers that the process gives: `family` those of its families, `slot` those of a family's series.
 */
export interface Report {
  /** There is a family. */
  family(family: number, description: FamilyDescription): void;
  /** A family has gone, with its series. */
  removeFamily(family: number): void;
  /**
   * A series has come, all zeros. `createdSeconds` is when it began, in seconds since the Unix epoch, `NaN` where nobody
   * knows. A slot that has a series already gets this one in its place.
   */
  series(family: number, slot: number, labelValues: readonly string[], createdSeconds: number): void;
  /** A series has gone. */
  removeSeries(family: number, slot: number): void;
  /**
   * The numbers of a series, one for each of the description's samples, from `offset` in `values`; and its native
   * histogram, if the family has those.
   */
  row(family: number, slot: number, values: Float64Array, offset: number, native: NativeHistogram | undefined): void;
  /** The exemplar of one sample of a series, by its position in the description's samples. */
  exemplar(family: number, slot: number, sample: number, exemplar: Exemplar): void;
}
