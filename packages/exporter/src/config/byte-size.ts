import { z } from "zod";

const pattern = /^\d+(?:\.\d+)?(?:B|[KMGTPE]i?B)$/;
const remedy = "write it as in 512KiB, 10MiB or 1GB";
const wrong = `is not a size in bytes; ${remedy}`;

/**
 * A size such as `512KiB`, `10MiB` or `1GB`, or a number of bytes; the result is in bytes. KiB, MiB and so on are powers of
 * 1024, KB and MB are powers of 1000.
 */
export function byteSize(): z.ZodType<number, string | number> {
  return z
    .union([z.number().int().nonnegative(), z.string().regex(pattern, wrong)], { error: wrong })
    .transform((size) => (typeof size === "number" ? size : parseSize(size)))
    .pipe(z.number().max(Number.MAX_SAFE_INTEGER, `is too large a size; ${remedy}`));
}

function parseSize(text: string): number {
  const [, amount, prefix, binary] = /^([\d.]+)([KMGTPE]?)(i?)B$/.exec(text)!;
  const base = binary === "i" ? 1024 : 1000;
  return Math.round(Number(amount) * base ** ("KMGTPE".indexOf(prefix || "-") + 1));
}
