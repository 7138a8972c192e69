import { duration } from "../config/duration.ts";
import { ExporterError } from "../exporter-error.ts";

/** Reads what `--timeout` is given. Throws an {@link ExporterError} if that is no time. */
export function timeoutSeconds(timeout: string): number {
  const seconds = duration().safeParse(timeout);
  if (seconds.success && seconds.data > 0) return seconds.data;
  const remedy = "write a duration such as 30s, 1m30s or 500ms.";
  throw new ExporterError("invalid_argument", `Timeout ${JSON.stringify(timeout)} is malformed: ${remedy}`);
}
