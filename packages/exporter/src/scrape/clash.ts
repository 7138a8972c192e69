import type { RegistrableMetric } from "@exporterkit/client";

/** A metric of which its collector says where it has it from, such as a file. */
export interface SourcedMetric extends RegistrableMetric {
  /** What the log calls the source. Default: it does not name one. */
  readonly source?: string | undefined;
}

/** A family that is left out, since scrapers could not tell its samples from those of one that was there before it. */
export interface Clash {
  /** Who made it. */
  readonly collector: string;
  readonly metric: SourcedMetric;
  /** Why they clash, and what to do. */
  readonly error: unknown;
  /** Finds the collectors that made what it clashes with; none where the exporter itself has it. */
  readonly findOthers: () => readonly string[];
}
