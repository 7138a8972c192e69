import { isBuiltin } from "node:module";
import { expect, it } from "vitest";
import { openSqlite } from "./sqlite-session.ts";

const signal = new AbortController().signal;

it.skipIf(isBuiltin("node:sqlite"))("SQLite that is not there is named with what to do", async () => {
  await expect(openSqlite({ dialect: "sqlite", file: "/a.db" }, 10, signal)).rejects.toMatchObject({
    code: "missing_package",
    message:
      "This Node.js has no SQLite, and there is no better-sqlite3: use Node.js 22.13 or later, or run npm install better-sqlite3.",
  });
});

it("a database that takes too long to open is given up, and so is one that nobody wants any more", async () => {
  const settings = { dialect: "sqlite", file: "/a.db" } as const;
  await expect(openSqlite(settings, 0.001, signal)).rejects.toThrow("not done within");
  await expect(openSqlite(settings, 10, AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
});
