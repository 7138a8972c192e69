import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../config/secret.ts";
import { ExporterError } from "../../exporter-error.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { failureText } from "./failure-text.ts";

const settings: ConnectionSettings = {
  dialect: "postgres",
  host: "db.example.com",
  user: "exporter",
  password: new Secret("s3cr3t/p@ss"),
  database: "shop",
};

const failing = (message: string, code?: string): Error => Object.assign(new Error(message), { code });

describe("why something failed", () => {
  it.each([
    [
      failing("connect ECONNREFUSED 10.0.0.1:5432", "ECONNREFUSED"),
      "nothing listens where it should be; start it, or correct its host and port",
    ],
    [
      new AggregateError([failing("connect ECONNREFUSED ::1:5432", "ECONNREFUSED")], ""),
      "nothing listens where it should be; start it, or correct its host and port",
    ],
    [
      failing("Access denied for user 'exporter'@'10.0.0.9' (using password: YES)", "ER_ACCESS_DENIED_ERROR"),
      "it takes no such user, or another password",
    ],
    [
      failing('password authentication failed for user "exporter"', "28P01"),
      "it takes no such user, or another password",
    ],
    [failing('relation "orders" does not exist', "42P01"), 'relation "orders" does not exist'],
    [
      new ExporterError("missing_package", "The package pg is not installed: run npm install pg."),
      "The package pg is not installed: run npm install pg.",
    ],
  ])("is a sentence of ours for what everybody meets: %s", (error, text) => {
    expect(failureText(error, settings)).toBe(text);
  });

  it.each([
    ['invalid input syntax for type integer: "s3cr3t/p@ss"', 'invalid input syntax for type integer: "…"'],
    [`bad url ${encodeURIComponent("s3cr3t/p@ss")}`, "bad url …"],
    ["cannot open postgres://exporter:s3cr3t/p@ss@db.example.com/shop", "cannot open …"],
    ["no pg_hba.conf entry for host db.example.com, user exporter", "no pg_hba.conf entry for host …, user …"],
    ["user exporters has it", "user exporters has it"],
  ])("quotes neither password nor address: %s", (message, text) => {
    expect(failureText(failing(message), settings)).toBe(text);
  });

  it("tells nothing of a message that has a password in it that is too short to take out", () => {
    const short = { ...settings, password: new Secret("e") };
    expect(failureText(failing("some error", "XX000"), short)).toBe(
      "an error that may quote a password, with the code XX000",
    );
    expect(failureText(failing("not this"), short)).toBe("not this");
  });

  it.each([
    ["one word", "b".repeat(1_000_000), "…"],
    ["what may begin addresses", "a+".repeat(500_000), "…"],
    ["words", "word ".repeat(200_000), "word ".repeat(60)],
    ["blanks and a word", `${" ".repeat(1000)}word ${"b".repeat(1_000_000)}`, " word …"],
    ["an address that is cut", `cannot reach ${"b".repeat(10_000)}@db.example.net`, "cannot reach …"],
    ["a password at the cut", `${"word ".repeat(799)}as s3cr3t/p@ss is`, "word ".repeat(60)],
  ])("takes no longer than a long text needs to be read: %s", (_what, message, text) => {
    expect(failureText(failing(message), settings)).toBe(text);
  });

  it("leaves out what looks like an address, wherever it stands", () => {
    const piece = fc.constantFrom("a", "Z", "1", "+", ".", "_", "@", ":", "/", "://", " ", "\n", "é");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const message = pieces.join("");
        const expected = message.replaceAll(/\b[a-z][a-z0-9+]*:\/\/\S+/gi, "…").replaceAll(/\S*@\S*/g, "…");
        expect(failureText(failing(message), settings)).toBe(expected.replaceAll(/\s+/g, " "));
      }),
      { numRuns: 500 },
    );
  });

  it("never has the password, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (password, before, after) => {
        fc.pre(
          password.trim() === password &&
            password.length > 3 &&
            !"… an error that may quote a password".includes(password),
        );
        const text = failureText(failing(`${before}${password}${after}`), {
          ...settings,
          password: new Secret(password),
        });
        expect(text.includes(password)).toBe(false);
      }),
    );
  });
});
