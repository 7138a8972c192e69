import { z } from "zod";

const secondsOf = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 } as const;
const pattern = /^(?:0|(?:\d+(?:\.\d+)?(?:h|m|s|ms|us|µs|ns))+)$/;
const remedy = "is not a duration; write it as in 1s, 1m30s or 500ms";

/** A time as Go writes it, such as `500ms`, `1.5s` or `1m30s`, or 0; the result is in seconds. */
export function goDuration(): z.ZodType<number, string | number> {
  return z.union([z.literal(0), z.string().regex(pattern, remedy)], { error: remedy }).transform((text) => {
    let seconds = 0;
    for (const [, amount, unit] of String(text).matchAll(/([\d.]+)([a-zµ]+)/g)) {
      seconds += Number(amount) * secondsOf[unit as keyof typeof secondsOf];
    }
    return seconds;
  });
}
