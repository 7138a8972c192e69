import { z } from "zod";

const units = { y: 31_536_000, w: 604_800, d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 } as const;
const pattern = /^(?:0|(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?)$/;

/** A time as Prometheus writes it, `30s`, `1m30s` or `500ms`; the result is in seconds. */
export function duration(): z.ZodType<number, string> {
  return z
    .string({
      error: (issue) =>
        issue.input === undefined ? undefined : "expected a duration; write it as in 30s, 1m30s or 500ms",
    })
    .regex(pattern, "is not a duration; write it as in 30s, 1m30s or 500ms, the larger unit first")
    .transform(parseDuration)
    .pipe(z.number().max(100 * units.y, "is longer than a hundred years"));
}

function parseDuration(text: string): number {
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) {
    seconds += Number(count) * units[unit as keyof typeof units];
  }
  // Sums of thousandths are not exact.
  return Math.round(seconds * 1000) / 1000;
}
