import type { Family } from "../family.ts";
import type { FamilyDescription } from "../parallel/family-description.ts";
import type { RegistrableMetric } from "../registrable-metric.ts";
import { Registry } from "../registry.ts";
import { isProcessWide } from "../runtime/process-wide.ts";
import { SeriesTable } from "../series/series-table.ts";
import { CopiedFamily } from "./copied-family.ts";
import type { CollectorMessage, RowKind, Sharer } from "./messages.ts";
import { describeNumbers } from "./number-family.ts";
import { SharedColumns } from "./shared-columns.ts";
import { SharedMemory } from "./shared-memory.ts";

/** What is shared, by whom and with whom. */
export interface SharingSettings {
  readonly sharer: Sharer;
  readonly registers: readonly Registry[];
  readonly maxBytes: number;
  /** Tells those who collect. */
  readonly tell: (...messages: CollectorMessage[]) => void;
  readonly onError: (error: unknown) => void;
}

/** A family that is shared. */
interface SharedTable {
  readonly id: number;
  readonly name: string;
  readonly description: FamilyDescription;
  readonly rows: RowKind;
  readonly columns: SharedColumns;
  /** Ends the telling of new sheets. */
  readonly end: () => void;
}

/** Keeps the metrics of registries in shared memory, and tells where. */
export class MetricsSharing {
  readonly #settings: SharingSettings;
  readonly #registry: Registry;
  readonly #memory: SharedMemory;
  /** By metric; undefined where there was no memory. */
  readonly #metrics = new Map<RegistrableMetric, SharedTable | undefined>();
  /** What is copied at each update, by name of the family. */
  readonly #copies = new Map<string, { readonly copy: CopiedFamily; readonly shared: SharedTable | undefined }>();
  readonly #ends: readonly (() => void)[];
  #families = 0;
  #update: Promise<void> | undefined;
  #isStopped = false;

  constructor(settings: SharingSettings) {
    const { registers, maxBytes, onError } = settings;
    this.#settings = settings;
    this.#memory = new SharedMemory(maxBytes, onError);
    this.#registry = Registry.merge(registers, { onCollectError: onError });
    this.#shareMetrics();
    this.#ends = registers.map((registry) => registry.watch(() => this.#shareMetrics()));
  }

  /** Tells everything again, for somebody who knows of nothing. */
  tellAll(): void {
    this.#settings.tell(...this.#shared().map((shared) => this.#introduction(shared)));
  }

  /** Calls the metrics' `collect` and the collectors, and copies what is not shared as it stands. */
  update(): Promise<void> {
    this.#update ??= this.#collect()
      .catch((error: unknown) => this.#settings.onError(error))
      .finally(() => (this.#update = undefined));
    return this.#update;
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const end of this.#ends) end();
    for (const { end } of this.#shared()) end();
    this.#settings.tell({ kind: "left", sharer: this.#settings.sharer });
  }

  #shared(): SharedTable[] {
    const copies = [...this.#copies.values()].map(({ shared }) => shared);
    return [...this.#metrics.values(), ...copies].filter((shared) => shared !== undefined);
  }

  /** Shares the metrics that have come since, and not those that have gone. */
  #shareMetrics(): void {
    const present = new Set(this.#registry.getMetricsAsArray());
    const messages: CollectorMessage[] = [];
    for (const [metric, shared] of this.#metrics) {
      if (present.has(metric)) continue;
      this.#metrics.delete(metric);
      if (shared !== undefined) messages.push(this.#remove(shared));
    }
    for (const metric of present) {
      const { series } = metric.family;
      if (this.#metrics.has(metric) || !(series instanceof SeriesTable) || isProcessWide(metric)) continue;
      const { type } = metric.family;
      const rows = type === "histogram" || type === "gaugehistogram" ? "buckets" : "samples";
      const shared = this.#share(series, describeNumbers(metric.family), rows);
      this.#metrics.set(metric, shared);
      if (shared !== undefined) messages.push(this.#introduction(shared));
    }
    if (messages.length > 0) this.#settings.tell(...messages);
  }

  async #collect(): Promise<void> {
    const families = await this.#registry.collect();
    if (this.#isStopped) return;
    const direct = new Set(this.#registry.getMetricsAsArray().filter((metric) => this.#isDirect(metric)));
    const names = new Set(Array.from(direct, ({ name }) => name));
    const messages: CollectorMessage[] = [];
    const present = new Set<string>();
    for (const family of families) {
      if (names.has(family.name)) continue;
      present.add(family.name);
      messages.push(...this.#copy(family));
    }
    for (const [name, { shared }] of this.#copies) {
      if (present.has(name)) continue;
      this.#copies.delete(name);
      if (shared !== undefined) messages.push(this.#remove(shared));
    }
    if (messages.length > 0) this.#settings.tell(...messages);
  }

  /** Whether a metric is shared as it stands, or not at all. */
  #isDirect(metric: RegistrableMetric): boolean {
    return this.#metrics.has(metric) || isProcessWide(metric);
  }

  /** Copies a family, and returns what there is to tell. */
  #copy(family: Family): CollectorMessage[] {
    const messages: CollectorMessage[] = [];
    let known = this.#copies.get(family.name);
    if (known !== undefined && !known.copy.isOf(family)) {
      this.#copies.delete(family.name);
      if (known.shared !== undefined) messages.push(this.#remove(known.shared));
      known = undefined;
    }
    if (known !== undefined) {
      known.copy.update(family);
      return messages;
    }
    const copy = new CopiedFamily(family);
    copy.update(family);
    const shared = this.#share(copy.table, copy.description, "samples");
    this.#copies.set(family.name, { copy, shared });
    if (shared !== undefined) messages.push(this.#introduction(shared));
    return messages;
  }

  #share(table: SeriesTable, description: FamilyDescription, rows: RowKind): SharedTable | undefined {
    const columns = SharedColumns.of(table, this.#memory);
    if (columns === undefined) return undefined;
    const { sharer, tell } = this.#settings;
    const id = this.#families++;
    const end = columns.tell((sheet) => tell({ kind: "sheet", sharer, family: id, sheet }));
    return { id, name: description.name, description, rows, columns, end };
  }

  #remove({ id, end }: SharedTable): CollectorMessage {
    end();
    return { kind: "removed", sharer: this.#settings.sharer, family: id };
  }

  #introduction({ id, description, rows, columns }: SharedTable): CollectorMessage {
    return {
      kind: "family",
      sharer: this.#settings.sharer,
      family: id,
      description,
      rows,
      sheet: columns.sheet.buffer,
    };
  }
}
