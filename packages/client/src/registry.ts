import { collectAll, haveFamilies, report } from "./collection.ts";
import { exposedNames } from "./exposed-names.ts";
import { type ExpositionFormat, negotiate, textExpositionFormat } from "./exposition/negotiate.ts";
import type { Exposition } from "./exposition/exposition.ts";
import { ExpositionCache, type ExpositionRequest, type ExpositionSettings } from "./exposition/exposition-cache.ts";
import type { Family } from "./family.ts";
import { MetricsError } from "./metrics-error.ts";
import { escapeMetricName } from "./names.ts";
import { overflowFamily, overflowNames } from "./overflow.ts";
import type { MetricsCollector, RegistrableMetric } from "./registrable-metric.ts";

/** How a registry behaves. */
export interface RegistryOptions {
  /**
   * Told when a metric's `collect` or a collector failed, or a metric cannot be read, with the metric's name or `collector`.
   * Its metrics are left out of the scrape and the others are exposed. Default: the error is written to the console.
   */
  readonly onCollectError?: (error: unknown, source: string) => void;
  /** Seconds after which a `collect` or collector that is not done has failed. Default: what the request gives, or 10. */
  readonly collectTimeoutSeconds?: number | undefined;
  /**
   * Whether OpenMetrics gets a `_created` line for each series of a counter, histogram or summary. Prometheus stores those
   * as series of their own unless told otherwise. Default: false.
   */
  readonly createdLines?: boolean | undefined;
  /** Where the bytes of expositions are kept from one to the next. Default: a cache of its own. */
  readonly cache?: ExpositionCache | undefined;
}

/** What a scrape asks for. */
export interface ExposeRequest extends ExpositionRequest {
  /** The request's `Accept` header. Default: text format 0.0.4. */
  readonly accept?: string | null | undefined;
  /** The `name[]` parameters: only families that have a sample of one of these names. Default: every family. */
  readonly names?: readonly string[] | undefined;
  /** Seconds after which a `collect` or collector that is not done has failed, if the registry does not give it less. */
  readonly timeoutSeconds?: number | undefined;
}

/** A set of metrics that are exposed together. Names are unique in it. */
export class Registry {
  /** The Content-Type of what {@link Registry.metrics} returns. */
  readonly contentType: string = textExpositionFormat.contentType;
  readonly #contents: RegistryContents = { metrics: new Map(), owners: new Map(), collectors: new Set() };
  readonly #options: RegistryOptions;
  readonly #created: boolean;
  /** The registries that this one is a view of. */
  #parts: readonly Registry[] = [];
  readonly #cache: ExpositionCache;
  #constantLabels: Readonly<Record<string, string>> = {};
  #collection: Promise<readonly Family[]> | undefined;
  /** What the last collection found, if no name was taken twice: the next mostly finds the same. */
  #last: { readonly families: readonly Family[]; readonly sorted: readonly Family[] } | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(options: RegistryOptions = {}) {
    checkTimeout("collectTimeoutSeconds", options.collectTimeoutSeconds);
    this.#options = options;
    this.#created = options.createdLines ?? false;
    this.#cache = options.cache ?? new ExpositionCache();
  }

  /**
   * A registry that exposes what several hold at the time of each scrape, beside what is added to it. Its options and
   * default labels are its own. Throws if two of them hold different metrics of one name; one that comes later is left out
   * of the scrape and reported.
   */
  static merge(registries: readonly Registry[], options?: RegistryOptions): Registry {
    const merged = new Registry(options);
    for (const registry of registries) {
      for (const metric of registry.getMetricsAsArray()) merged.#checkNames(metric);
      merged.#parts = [...merged.#parts, registry];
    }
    return merged;
  }

  /**
   * Adds a metric. Adding it again does nothing. Throws if another metric has the name, or a name that clashes with it once
   * suffixes such as `_total` and `_count` come into play.
   */
  registerMetric(metric: RegistrableMetric): void {
    const { metrics, owners } = this.contents();
    for (const name of this.#checkNames(metric)) owners.set(name, metric);
    const isNew = metrics.get(metric.name) !== metric;
    metrics.set(metric.name, metric);
    if (isNew) this.#tellWatchers();
  }

  /** Adds a function that makes metrics at each scrape. */
  registerCollector(collector: MetricsCollector): void {
    this.contents().collectors.add(collector);
  }

  /** Takes a collector out of the registry, if it is there. */
  removeCollector(collector: MetricsCollector): void {
    this.contents().collectors.delete(collector);
  }

  /** The metrics, in the order in which they were added; those that collectors make are not among them. */
  getMetricsAsArray(): RegistrableMetric[] {
    if (this.#parts.length === 0) return [...this.contents().metrics.values()];
    const ofParts = this.#parts.flatMap((part) => part.getMetricsAsArray());
    return [...new Set([...ofParts, ...this.contents().metrics.values()])];
  }

  /** The metric of that name, if there is one. */
  getSingleMetric(name: string): RegistrableMetric | undefined {
    return this.contents().metrics.get(name) ?? this.#parts.map((part) => part.getSingleMetric(name)).find(Boolean);
  }

  /** Takes the metric of that name out of the registry, if it is there; not out of those that it was merged from. */
  removeSingleMetric(name: string): void {
    const { metrics, owners } = this.contents();
    const metric = metrics.get(name);
    if (metric === undefined) return;
    for (const exposed of exposedNames(metric.family, this.#created)) owners.delete(exposed);
    metrics.delete(name);
    this.#tellWatchers();
  }

  /** Takes every metric and collector out of the registry, which is then a view of no other. */
  clear(): void {
    this.#parts = [];
    for (const part of Object.values(this.contents())) part.clear();
    this.#tellWatchers();
  }

  /** Has `changed` called after each metric that comes or goes. Returns what ends it. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    const ends = this.#parts.map((part) => part.watch(changed));
    return () => {
      this.#watchers.delete(changed);
      for (const end of ends) end();
    };
  }

  /** Resets every metric. */
  resetMetrics(): void {
    for (const metric of this.getMetricsAsArray()) metric.reset();
  }

  /** Puts labels into every series that has none of the name. They take the place of those that were set before. */
  setDefaultLabels(labels: Readonly<Record<string, string | number | boolean>>): void {
    for (const name of Object.keys(labels)) checkDefaultLabel(name);
    this.#constantLabels = Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
  }

  /**
   * Brings every metric up to date and returns the exposition in text format 0.0.4, families in the order of their names.
   * Calls that overlap share one collection.
   *
   * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
   */
  async metrics(): Promise<string> {
    const exposition = await this.#write(textExpositionFormat, await this.collect());
    const text = exposition.chunks.map(decode).join("");
    exposition.release();
    return text;
  }

  /**
   * Brings every metric up to date and returns the exposition in the best format that the request accepts, whatever it asks
   * for. Calls that overlap share one collection. Rejects with the reason of the request's `signal` once that has aborted.
   */
  async expose(request: ExposeRequest = {}): Promise<Exposition> {
    const families = await this.collect(request.timeoutSeconds);
    const names = new Set(request.names?.map((name) => escapeMetricName(name, "underscores")));
    const isWanted = (family: Family): boolean => exposedNames(family, this.#created).some((name) => names.has(name));
    const wanted = names.size === 0 ? families : families.filter(isWanted);
    return this.#write(negotiate(request.accept), wanted, request);
  }

  #write(format: ExpositionFormat, families: readonly Family[], request: ExpositionRequest = {}): Promise<Exposition> {
    const settings: ExpositionSettings = { constantLabels: this.#constantLabels, createdLines: this.#created };
    const onError = this.#options.onCollectError ?? reportOnConsole;
    return this.#cache.write(format, families, settings, request, (error, name) => report({ onError }, error, name));
  }

  /**
   * Brings every metric up to date and returns the families, in the order of their names, for whoever reads them without a
   * format between. It begins once the expositions that are being written have been. Calls that overlap share one collection,
   * with the time that the first of them gives it: at most `timeoutSeconds`, and no more than the registry's own
   * `collectTimeoutSeconds`.
   */
  collect(timeoutSeconds?: number): Promise<readonly Family[]> {
    checkTimeout("timeoutSeconds", timeoutSeconds);
    if (this.#collection !== undefined) return this.#collection;
    const collection = this.#collect(timeoutSeconds);
    this.#collection = collection;
    // Those that wait for it go on at once after this: no other collection begins before they write.
    const end = (): void => (this.#collection = undefined);
    collection.then(end, end);
    return collection;
  }

  /** What the registry holds, as every method sees it. */
  protected contents(): RegistryContents {
    return this.#contents;
  }

  #tellWatchers(): void {
    for (const changed of this.#watchers) changed();
  }

  #collectors(): MetricsCollector[] {
    const ofParts = this.#parts.flatMap((part) => part.#collectors());
    return [...new Set([...ofParts, ...this.contents().collectors])];
  }

  /** The names that a metric's samples bear. Throws if another metric has one of them. */
  #checkNames(metric: RegistrableMetric): readonly string[] {
    const names = exposedNames(metric.family, this.#created);
    for (const name of names) {
      if (overflowNames.includes(name)) throw duplicateError(metric.name, name);
      const owner = this.#ownerOf(name);
      if (owner !== undefined && owner !== metric) throw duplicateError(metric.name, owner.name);
    }
    return names;
  }

  #ownerOf(name: string): RegistrableMetric | undefined {
    const own = this.contents().owners.get(name);
    if (own !== undefined) return own;
    // For each family of each scrape that is merged: nothing is made on the way.
    for (const part of this.#parts) {
      const owner = part.#ownerOf(name);
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  async #collect(timeoutSeconds = this.#options.collectTimeoutSeconds ?? 10): Promise<readonly Family[]> {
    // What is written in slices would have half of a metric that is reset meanwhile.
    const written = this.#cache.written();
    if (written !== undefined) await written;
    const last = this.#last;
    const { kept, made } = await collectAll(this.getMetricsAsArray(), this.#collectors(), {
      created: this.#created,
      timeoutSeconds: Math.min(this.#options.collectTimeoutSeconds ?? Infinity, timeoutSeconds),
      onError: this.#options.onCollectError ?? reportOnConsole,
      unlike: last?.families,
    });
    const now = Date.now() / 1000;
    for (const metric of kept) metric.expire?.(now);
    const families = kept.map((metric) => metric.family);
    for (const { family } of made) families.push(asMade(family));
    const overflow = overflowFamily(families);
    if (overflow !== undefined) families.push(overflow);
    if (families.length > kept.length) return inOrder(families);
    if (last === undefined || !haveFamilies(kept, last.families)) this.#last = { families, sorted: inOrder(families) };
    return this.#last!.sorted;
  }
}

/** What a registry holds. */
export interface RegistryContents {
  readonly metrics: Map<string, RegistrableMetric>;
  /** The metric behind each name that samples bear in some format. */
  readonly owners: Map<string, RegistrableMetric>;
  readonly collectors: Set<MetricsCollector>;
}

function inOrder(families: readonly Family[]): readonly Family[] {
  return families.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A family that was made for one scrape. */
function asMade(family: Family): Family {
  return {
    ...family,
    startUnknown: true,
    get exemplar() {
      return family.exemplar;
    },
  };
}

// Each chunk ends where a line does.
function decode(chunk: Uint8Array): string {
  return new TextDecoder().decode(chunk);
}

function duplicateError(name: string, present: string): MetricsError {
  return new MetricsError(
    "duplicate_metric",
    name === present
      ? `${name}: the registry holds a metric of that name already; declare it once and share it, choose another name, ` +
          "or give the second its own registry with the registers option."
      : `${name}: its samples would clash with those of ${present}, which the registry holds already; choose another name.`,
  );
}

function checkTimeout(name: string, seconds: number | undefined): void {
  if (seconds === undefined || seconds > 0) return;
  throw new MetricsError("invalid_limit", `${name} is ${seconds}; give a number of seconds above 0.`);
}

function checkDefaultLabel(name: string): void {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !name.startsWith("__") && name !== "le" && name !== "quantile") return;
  throw new MetricsError(
    "invalid_label_name",
    `Default label ${JSON.stringify(name)} is invalid: use letters, digits and "_", not "__" at the start, le or quantile.`,
  );
}

function reportOnConsole(error: unknown, source: string): void {
  console.error(`${source}: collecting it failed, so its metrics are left out of this scrape:`, error);
}
