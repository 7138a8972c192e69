import { ExporterError } from "../../exporter-error.ts";

/** Which pods one of several exporters adds up, of which each has its share. */
export class Shard {
  readonly #ordinal: number;
  readonly #total: number;

  /** The one with this number, from 0, of so many. */
  constructor(ordinal: number, total: number) {
    this.#ordinal = ordinal;
    this.#total = total;
  }

  /** Whether a pod is in it, by its UID, which never changes. */
  has(uid: string): boolean {
    // FNV-1a.
    let hash = 0x811c9dc5;
    for (let i = 0; i < uid.length; i++) hash = Math.imul(hash ^ uid.charCodeAt(i), 0x01000193);
    // Its lower bits tell little of the last characters; those of a product with itself do.
    hash ^= hash >>> 15;
    return (Math.imul(hash, 0x2c1b3c6d) >>> 0) % this.#total === this.#ordinal;
  }
}

/**
 * The shard that a configuration means. Without a number that is the one at the end of the name of the pod, `POD_NAME` in the
 * environment or else the host's name, as those of a StatefulSet have it. Undefined if there is one exporter for everything.
 * Throws an {@link ExporterError} if no shard can be told.
 */
export function shardOf(
  { shard, total }: { readonly shard: number | undefined; readonly total: number },
  podName: string,
): Shard | undefined {
  if (total === 1 && (shard ?? 0) === 0) return undefined;
  const ordinal = shard ?? ordinalOf(podName, total);
  if (ordinal >= total) {
    const remedy = "set total_shards, or --total-shards, to the number of replicas";
    throw new ExporterError("invalid_option", `This is shard ${ordinal}, of ${total} that begin at 0: ${remedy}.`);
  }
  return new Shard(ordinal, total);
}

function ordinalOf(podName: string, total: number): number {
  const ordinal = /-(\d{1,6})$/.exec(podName)?.[1];
  if (ordinal !== undefined) return Number(ordinal);
  const remedy = "run it as a StatefulSet, with its name in POD_NAME, or set shard, or --shard";
  throw new ExporterError(
    "invalid_option",
    `Which of ${total} shards this is cannot be told from the pod's name ${JSON.stringify(podName)}: ${remedy}.`,
  );
}
