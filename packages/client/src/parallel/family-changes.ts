import type { Family } from "../family.ts";
import { checkDescription, describe, isSameShape } from "./family-description.ts";
import type { Report } from "./report.ts";
import { ToldFamily } from "./told-family.ts";

/** Tells a report what has changed in the families of this process since it was last told. */
export class FamilyChanges {
  readonly #onError: (error: unknown) => void;
  readonly #told = new Map<string, ToldFamily>();
  #described = 0;
  /** Families that no report can take, of which an error was reported. */
  readonly #refused = new WeakSet<Family>();

  /** `onError` is told of families that are left out. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /**
   * Tells what has changed, and yields now and then. `complete` says that `families` are all there are; else those that
   * were told before and are not among them stay, and those that were not told before are left for later.
   */
  *tell(families: readonly Family[], report: Report, complete: boolean): Generator<void> {
    const present = new Set<string>();
    for (const family of families) {
      present.add(family.name);
      const told = this.#told.get(family.name);
      if (told !== undefined || complete) yield* this.#toldAs(family, told, report)?.tell(family, report) ?? [];
      yield;
    }
    if (!complete) return;
    for (const [name, { id }] of this.#told) {
      if (present.has(name)) continue;
      report.removeFamily(id);
      this.#told.delete(name);
    }
  }

  #toldAs(family: Family, told: ToldFamily | undefined, report: Report): ToldFamily | undefined {
    if (told?.isOf(family) || this.#refused.has(family)) return told;
    const description = describe(family);
    if (told !== undefined && isSameShape(told.description, description)) return told;
    try {
      checkDescription(description);
    } catch (error) {
      this.#refused.add(family);
      this.#onError(error);
      return undefined;
    }
    if (told !== undefined) report.removeFamily(told.id);
    const fresh = new ToldFamily(this.#described++, description);
    report.family(fresh.id, description);
    this.#told.set(family.name, fresh);
    return fresh;
  }
}
