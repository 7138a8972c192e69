import { expect, it } from "vitest";
import { loadDriver } from "./driver.ts";

it("a driver that is not there is named with what installs it, and one that does not load with why", async () => {
  const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  await expect(loadDriver("pg", () => Promise.reject(missing))).rejects.toMatchObject({
    code: "missing_package",
    message: "The package pg is not installed: run npm install pg.",
  });
  await expect(loadDriver("pg", () => Promise.reject(new Error("wrong architecture")))).rejects.toThrow(
    "The package pg cannot be loaded (wrong architecture): run npm install pg.",
  );
  expect(await loadDriver("pg", async () => 1)).toBe(1);
});
