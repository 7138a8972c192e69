import { describe, expect, it } from "vitest";
import { Secret } from "../../config/secret.ts";
import { parseDsn } from "./connection-settings.ts";

const parse = (dsn: string): object => {
  const { password, ...rest } = parseDsn(new Secret(dsn));
  return { ...rest, ...(password !== undefined && { password: password.reveal() }) };
};

describe("the address of a database", () => {
  it.each([
    [
      "postgres://me:p%40ss%2Fw@db:5433/shop",
      { dialect: "postgres", host: "db", port: 5433, user: "me", password: "p@ss/w", database: "shop" },
    ],
    [
      "postgresql://me@[::1]/shop?sslmode=verify-full",
      { dialect: "postgres", host: "::1", user: "me", database: "shop", tls: {} },
    ],
    [
      "postgres://me@/shop?host=/run/postgresql",
      { dialect: "postgres", socket: "/run/postgresql", user: "me", database: "shop" },
    ],
    [
      "postgres://me@%2Frun%2Fpostgresql/shop",
      { dialect: "postgres", socket: "/run/postgresql", user: "me", database: "shop" },
    ],
    [
      "postgres://me@db/?sslmode=require",
      { dialect: "postgres", host: "db", user: "me", tls: { insecure_skip_verify: true } },
    ],
    ["mysql://me:x@db/", { dialect: "mysql", host: "db", user: "me", password: "x" }],
    [
      "mariadb://me@db:3307/a?tls=skip-verify",
      { dialect: "mysql", host: "db", port: 3307, user: "me", database: "a", tls: { insecure_skip_verify: true } },
    ],
    [
      "mysql://me@localhost/a?socket=/run/mysqld/mysqld.sock&tls=false",
      { dialect: "mysql", socket: "/run/mysqld/mysqld.sock", user: "me", database: "a" },
    ],
    ["sqlite:/var/lib/a.db", { dialect: "sqlite", file: "/var/lib/a.db" }],
    ["sqlite:///var/lib/a.db", { dialect: "sqlite", file: "/var/lib/a.db" }],
    ["file:/var/lib/a.db", { dialect: "sqlite", file: "/var/lib/a.db" }],
  ])("%s", (dsn, settings) => {
    expect(parse(dsn)).toEqual(settings);
  });

  it.each([
    ["me:hunter2@tcp(db:3306)/shop", "has a scheme that is not known"],
    ["hunter2", "is no address of a database"],
    ["postgres://me:hunter2@db:port/shop", "is no address of a database"],
    ["oracle://me:hunter2@db/shop", "has a scheme that is not known"],
    ["postgres://me:hunter2@db/shop?sslmode=hunter2", "has a sslmode that is not known; use disable, require"],
    ["postgres://me:hunter2@db/shop?pool=hunter2", "has a parameter that is not known, pool; leave it out"],
    ["mysql://me:hunter2%@db/shop", "has a % that stands for nothing"],
    ["mysql://me@db/shop?socket=hunter2", "has a parameter socket that is no path"],
    ["sqlite:hunter2.db", "names a file that is relative"],
  ])("%s is refused in a sentence that quotes nothing of it", (dsn, message) => {
    expect(() => parse(dsn)).toThrow(message);
    expect(() => parse(dsn)).not.toThrow("hunter2");
  });
});
