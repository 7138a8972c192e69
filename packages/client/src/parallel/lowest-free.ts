/** The lowest number, from 1, that no worker has: one that comes in the place of another gets that one's. */
export function lowestFree(workers: ReadonlySet<string>): string {
  let number = 1;
  while (workers.has(String(number))) number++;
  return String(number);
}
