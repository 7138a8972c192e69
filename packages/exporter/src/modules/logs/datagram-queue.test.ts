import { describe, expect, it } from "vitest";
import { DatagramQueue } from "./datagram-queue.ts";

function fill(queue: DatagramQueue, bytes: Buffer): number {
  let added = 0;
  while (queue.add({ bytes, peer: undefined })) added++;
  return added;
}

describe("datagrams that wait", () => {
  it.each([
    ["10,000 at most", 5, 10_000],
    ["16 MiB in all at most", 60_000, Math.floor((16 * 2 ** 20) / 60_000)],
  ])("are %s, and there is room where one was taken", (_, size, most) => {
    const queue = new DatagramQueue();
    const bytes = Buffer.alloc(size);
    expect(fill(queue, bytes)).toBe(most);
    for (let taken = 0; taken < 3; taken++) queue.next();
    expect(fill(queue, bytes)).toBe(3);
    let left = 0;
    while (queue.next() !== undefined) left++;
    expect(left).toBe(most);
    expect(fill(queue, bytes)).toBe(most);
  });
});
