import { expect, it } from "vitest";
import { mountPattern } from "./mount-pattern.ts";

it.each([
  ["/api", {}, "/api"],
  ["/API/v2", {}, "/api/v2"],
  ["/teams/red", { team: "red" }, "/teams/:team"],
  ["/Teams/Red", { team: "Red" }, "/teams/:team"],
  ["/teams/a%2Fb", { team: "a/b" }, "/teams/:team"],
  ["/teams/%2F", { team: "/" }, "/teams/:team"],
  ["/teams/teams", { team: "teams" }, "/teams/:team"],
  ["/e/members", { org: "e" }, "/:org/members"],
  ["/a/b/c", { first: "a", second: "c" }, "/:first/b/:second"],
  ["/v2/x", { version: "2" }, "/v:version/x"],
  ["/files/a/b/c", { path: ["a", "b", "c"] }, "/files/*path"],
  ["/files/a/b/c", { 0: "a/b/c" }, "/files/*"],
  ["/t-acme", { 0: "acme" }, "/t-*"],
  ["/teams/%zz", { team: "%zz" }, "/teams/:team"],
])("the mount path %s with %j is %s", (path, params, pattern) => {
  expect(mountPattern(path, params)).toBe(pattern);
});

it("names a parameter of a mount whose value is that of one further out", () => {
  expect(mountPattern("/1", { id: "1" }, { id: "1" })).toBe("/:id");
  expect(mountPattern("/members/red", { org: "red", team: "red" }, { org: "red" })).toBe("/members/:team");
});

it("has no more than two patterns where a value and the text beside it look alike", () => {
  const patterns = ["a-b", "x-a", "from-:to", ":-f", "f-:", "0-0", "o-o", "oo-o"].map((path) => {
    const [from, to] = path.split("-");
    return mountPattern(`/${path}`, { from, to });
  });
  expect(new Set(patterns)).toEqual(new Set(["/:from-:to", "/:from:to"]));
});

it("shows nothing of a path that its parameters do not explain", () => {
  expect(mountPattern("/users/ann", { user: "User 1" })).toBe("/*/*");
});
