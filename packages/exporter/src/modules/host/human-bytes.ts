const suffixes = "kMGTPEZY";

/**
 * A number as bcache writes it for people, such as `1.6k`, in bytes; undefined for anything else. What stands behind the point
 * is a part of 1024 in hundredths, not a decimal fraction, so that `.10` is more than `.9`.
 */
export function parseHumanBytes(text: string | undefined): number | undefined {
  const [, sign, whole, fraction = "0", suffix] = /^(-?)(\d+)(?:\.(\d+))?([kMGTPEZY]?)$/.exec(text ?? "") ?? [];
  if (whole === undefined) return undefined;
  const factor = suffix ? 1024 ** (suffixes.indexOf(suffix) + 1) : 1;
  return (sign === "-" ? -1 : 1) * Math.trunc((Number(whole) + Number(fraction) / 10.24) * factor);
}
