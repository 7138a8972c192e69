import { setImmediate as turn } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { Loan } from "./loan.ts";

it("comes back once, when the last who holds it has let go", async () => {
  const back = vi.fn();
  const loan = new Loan(back);
  loan.hold();
  loan.hold();
  loan.release();
  await turn();
  expect(back).not.toHaveBeenCalled();
  loan.release();
  await turn();
  expect(back).toHaveBeenCalledOnce();
});

it("stays with who takes it while another lets go", async () => {
  const back = vi.fn();
  const loan = new Loan(back);
  loan.hold();
  loan.release();
  loan.hold();
  await turn();
  expect(back).not.toHaveBeenCalled();
});
