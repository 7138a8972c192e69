import { hashSync } from "bcryptjs";
import { afterEach, expect, it } from "vitest";
import { BasicAuth, type Users } from "./basic-auth.ts";

let auth = new BasicAuth();
afterEach(async () => {
  await auth.stop();
  auth = new BasicAuth();
});

const users: Users = new Map([
  ["prometheus", hashSync("correct horse", 4)],
  ["jürgen", hashSync("pass:wörd", 4)],
]);

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

it.each([
  [basic("prometheus:correct horse"), "known"],
  [basic("prometheus:correct horse").replace("Basic", "basic"), "known"],
  [basic("jürgen:pass:wörd"), "known"],
  [basic("prometheus:wrong"), "unknown"],
  [basic("prometheus:"), "unknown"],
  [basic("jürgen:correct horse"), "unknown"],
  [basic("nobody:correct horse"), "unknown"],
  [basic(":"), "unknown"],
  [basic("prometheus"), "unknown"],
  [basic("__proto__:x"), "unknown"],
  ["Bearer abc", "unknown"],
  ["Basic", "unknown"],
  ["Basic !!", "unknown"],
  [undefined, "unknown"],
])("takes %j for %s", async (authorization, verdict) => {
  expect(await auth.check(authorization, users, "::1")).toBe(verdict);
  expect(await auth.check(authorization, users, "::1")).toBe(verdict);
});

it("takes the password of a user who has gone, or whose hash has changed, no more", async () => {
  const credentials = basic("prometheus:correct horse");
  expect(await auth.check(credentials, users, "::1")).toBe("known");
  const changed = new Map([["prometheus", hashSync("battery staple", 4)]]);
  expect(await auth.check(credentials, changed, "::1")).toBe("unknown");
  expect(await auth.check(credentials, new Map([["other", changed.get("prometheus")!]]), "::1")).toBe("unknown");
  expect(await auth.check(basic("prometheus:battery staple"), changed, "::1")).toBe("known");
});

it("keeps a few guesses of one client waiting and refuses more, while others and who is known get through", async () => {
  const known = basic("prometheus:correct horse");
  expect(await auth.check(known, users, "::1")).toBe("known");
  const guesses = Array.from({ length: 20 }, (_, i) => auth.check(basic(`prometheus:guess ${i}`), users, "192.0.2.1"));
  const other = auth.check(basic("jürgen:pass:wörd"), users, "192.0.2.2");
  expect(await auth.check(known, users, "192.0.2.1")).toBe("known");
  const verdicts = await Promise.all(guesses);
  expect(verdicts.filter((verdict) => verdict === "unknown")).toHaveLength(4);
  expect(verdicts.filter((verdict) => verdict === "busy")).toHaveLength(16);
  expect(await other).toBe("known");
  expect(await auth.check(basic("prometheus:guess 30"), users, "192.0.2.1")).toBe("unknown");
});

it("keeps a bounded number of guesses waiting, whoever makes them", async () => {
  const guesses = Array.from({ length: 100 }, (_, i) => auth.check(basic(`prometheus:${i}`), users, `192.0.2.${i}`));
  const verdicts = await Promise.all(guesses);
  expect(verdicts.filter((verdict) => verdict === "unknown")).toHaveLength(64);
});

it("compares the same credentials once, however many requests bear them at a time", async () => {
  const checks = Array.from({ length: 100 }, () => auth.check(basic("prometheus:correct horse"), users, "::1"));
  expect(new Set(await Promise.all(checks))).toEqual(new Set(["known"]));
});

it("leaves the event loop to others while it compares", async () => {
  const slow: Users = new Map([["a", hashSync("x", 10)]]);
  let turns = 0;
  const turn = setInterval(() => turns++, 1);
  await auth.check(basic("a:y"), slow, "::1");
  clearInterval(turn);
  expect(turns).toBeGreaterThan(3);
});

it("makes a guess at a name that nobody has cost as much as one at a user", async () => {
  const slow: Users = new Map([["a", hashSync("x", 11)]]);
  await auth.check(basic("a:warm up"), slow, "::1");
  const took = async (credentials: string): Promise<number> => {
    const start = performance.now();
    expect(await auth.check(basic(credentials), slow, "::1")).toBe("unknown");
    return performance.now() - start;
  };
  // The machine may be busy with other things, which takes away nothing from the shortest of some.
  const shortest = async (name: string): Promise<number> =>
    Math.min(await took(`${name}:1`), await took(`${name}:2`), await took(`${name}:3`));
  const [user, nobody] = [await shortest("a"), await shortest("nobody")];
  expect(nobody / user).toBeGreaterThan(0.2);
  expect(nobody / user).toBeLessThan(5);
});

it("ends what waits when it stops", async () => {
  const check = expect(auth.check(basic("prometheus:x"), users, "::1")).rejects.toThrow("the server has stopped");
  await auth.stop();
  await check;
});
