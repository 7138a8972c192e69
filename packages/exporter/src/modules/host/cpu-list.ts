/** The numbers in a list as the kernel writes CPUs, `0-3,8`; none of a text that is no such list. */
export function parseCpuList(text: string): number[] {
  return text
    .trim()
    .split(",")
    .flatMap((range) => {
      const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? [];
      if (first === undefined) return [];
      return Array.from({ length: Math.max(Number(last) - Number(first) + 1, 0) }, (_, i) => Number(first) + i);
    });
}
