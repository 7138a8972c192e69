import { MetricsError } from "../metrics-error.ts";
import type { Labels } from "../series/labels.ts";
import { quote } from "./declaration.ts";
import { Metric, type MetricOptions } from "./metric.ts";

/** What a state set is declared with. */
export interface StateSetOptions<States extends string, Names extends string> extends MetricOptions<
  Names,
  StateSet<States, Names>
> {
  /** Every state there is. */
  readonly states: readonly States[];
}

/**
 * Which of several states something is in, one or many at a time; a series for each state, 1 where it is in it, else 0.
 *
 * ```ts
 * const state = new StateSet({ name: "job_state", help: "State of the job.", states: ["idle", "running", "failed"] });
 * state.set("running");
 * ```
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#stateset
 */
export class StateSet<const States extends string, const Names extends string = never> extends Metric<Names> {
  readonly #states: readonly States[];

  /** Throws a `MetricsError` if the declaration is invalid or a registry holds another metric of that name. */
  constructor(options: StateSetOptions<States, Names>) {
    const { name, states } = options;
    if (states.length === 0 || new Set(states).size < states.length) {
      throw new MetricsError("invalid_states", `${name}: states is ${quote(states.join(", "))}; give each state once.`);
    }
    if (name.includes(":")) {
      throw new MetricsError(
        "invalid_metric_name",
        `${name}: the name of a state set is a label name too; leave ":" out.`,
      );
    }
    super(options, {
      type: "stateset",
      samples: states.map((state) => ({ kind: "state", state })),
      width: states.length,
      reservedLabels: [name],
    });
    this.#states = [...states];
  }

  /** Puts one series into `state` and out of every other. */
  set(labels: Labels<Names>, state: States): void;
  set(this: StateSet<States, never>, state: States): void;
  set(first?: unknown, second?: unknown): void {
    const position = this.#positionOf(typeof first === "object" ? second : first);
    const slot = this.slotOf(first);
    this.table.replace(
      slot,
      this.#states.map((_, i) => (i === position ? 1 : 0)),
    );
  }

  /** Puts one series into `state`, whatever others it is in, or takes it out. */
  toggle(labels: Labels<Names>, state: States, on: boolean): void;
  toggle(this: StateSet<States, never>, state: States, on: boolean): void;
  toggle(first?: unknown, second?: unknown, third?: unknown): void {
    const [state, on] = typeof first === "object" ? [second, third] : [first, second];
    const position = this.#positionOf(state);
    const slot = this.slotOf(first);
    this.table.values[slot * this.table.width + position] = on ? 1 : 0;
    this.table.dirty[slot] = 255;
  }

  #positionOf(state: unknown): number {
    const position = this.#states.indexOf(state as States);
    if (position >= 0) return position;
    const known = this.#states.join(", ");
    throw new MetricsError("invalid_states", `${this.name}: ${quote(state)} is not one of its states: ${known}.`);
  }
}
