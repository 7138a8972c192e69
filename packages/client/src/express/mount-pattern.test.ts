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
  expect(mountPattern(path, params, false)).toBe(pattern);
});

it("keeps upper and lower case where the application tells them apart", () => {
  expect(mountPattern("/API/Red", { team: "Red" }, true)).toBe("/API/:team");
});
