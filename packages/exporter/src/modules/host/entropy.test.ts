import { expect, it } from "vitest";
import { samplesOf } from "./fixtures/host-tree.ts";

it("tells the bits that there are, and those that it can read", async () => {
  const random = "proc/sys/kernel/random";
  expect(await samplesOf("entropy", { [`${random}/entropy_avail`]: "250\n", [`${random}/poolsize`]: "256\n" })).toEqual(
    ["node_entropy_available_bits 250", "node_entropy_pool_size_bits 256"],
  );
  expect(
    await samplesOf("entropy", { [`${random}/entropy_avail`]: "garbage", [`${random}/poolsize`]: "256\n" }),
  ).toEqual(["node_entropy_pool_size_bits 256"]);
  expect(await samplesOf("entropy", {})).toEqual([]);
});
