import type { Aggregator } from "../parallel/aggregator.ts";
import { lowestFree } from "../parallel/lowest-free.ts";
import type { TimeSlice } from "../time-slice.ts";
import type { Source } from "../parallel/source.ts";
import type { CollectorMessage, Sharer } from "./messages.ts";
import { SharedFamily } from "./shared-family.ts";

const unlimited = { maxSeries: Infinity, maxFamilies: Infinity, maxNumbers: Infinity };

/** One who shares metrics, as it is collected. */
interface Member {
  readonly sharer: Sharer;
  readonly source: Source;
  readonly families: Map<number, SharedFamily>;
}

/** Those who share metrics: what they have in shared memory is read and merged. */
export class ThreadPool {
  readonly #aggregator: Aggregator;
  readonly #onError: (error: unknown) => void;
  readonly #members = new Map<string, Member>();
  /** Those that have ended and of which the last numbers were not taken yet. */
  readonly #ended: Member[] = [];
  #gone = 0;

  /** `onError` is told of families that cannot be merged. */
  constructor(aggregator: Aggregator, onError: (error: unknown) => void) {
    this.#aggregator = aggregator;
    this.#onError = onError;
  }

  /** How many there are. */
  get size(): number {
    return this.#members.size;
  }

  /** How many have ended. */
  get gone(): number {
    return this.#gone;
  }

  receive(message: CollectorMessage): void {
    if (message.kind === "ended") {
      for (const member of this.#members.values()) {
        const { thread, ancestors } = member.sharer;
        if (thread === message.thread || ancestors.includes(message.thread)) this.#end(member);
      }
      return;
    }
    const { id } = message.sharer;
    const known = this.#members.get(id);
    switch (message.kind) {
      case "family":
        this.#introduce(known ?? this.#admit(message.sharer), message);
        break;
      case "sheet":
        known?.families.get(message.family)?.move(message.sheet);
        break;
      case "removed":
        if (known !== undefined) remove(known, message.family);
        break;
      case "left":
        if (known !== undefined) this.#end(known);
        break;
    }
  }

  /** Takes what changed since the last time. */
  async take(slice: TimeSlice): Promise<void> {
    await this.settle(slice);
    for (const member of this.#members.values()) await takeFrom(member, false, slice);
  }

  /** Takes the last of those that have ended, so that their memory can go. Returns how many there were. */
  async settle(slice: TimeSlice): Promise<number> {
    let settled = 0;
    for (let member = this.#ended.shift(); member !== undefined; member = this.#ended.shift()) {
      await takeFrom(member, true, slice);
      member.source.leave();
      settled++;
    }
    return settled;
  }

  #admit(sharer: Sharer): Member {
    const workers = new Set(Array.from(this.#members.values(), ({ source }) => source.worker));
    const source = this.#aggregator.join(sharer.worker ?? lowestFree(workers), unlimited);
    const member = { sharer, source, families: new Map() };
    this.#members.set(sharer.id, member);
    return member;
  }

  #introduce({ source, families }: Member, message: CollectorMessage & { readonly kind: "family" }): void {
    const { family, description, rows, sheet } = message;
    const known = families.get(family);
    if (known !== undefined) {
      known.move(sheet);
      return;
    }
    try {
      source.family(family, description);
    } catch (error) {
      this.#onError(error);
      return;
    }
    families.set(family, new SharedFamily(family, description, rows, sheet));
  }

  #end(member: Member): void {
    this.#members.delete(member.sharer.id);
    this.#ended.push(member);
    this.#gone++;
  }
}

async function takeFrom({ source, families }: Member, isFinal: boolean, slice: TimeSlice): Promise<void> {
  for (const family of families.values()) {
    for (const _ of family.take(source, isFinal)) if (slice.isOver()) await slice.next();
  }
}

function remove({ source, families }: Member, family: number): void {
  families.get(family)?.remove();
  if (families.delete(family)) source.removeFamily(family);
}
