import { setTimeout as wait } from "node:timers/promises";
import { Registry } from "@exporterkit/client";
import { readSamples } from "@exporterkit/client/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Scrape } from "../../scrape/scrape.ts";
import { querySchema, type QueryConfig } from "./query-config.ts";
import type { Result } from "./result.ts";
import type { QueryLimits, Session } from "./session.ts";
import { Target } from "./target.ts";

const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
afterEach(() => vi.clearAllMocks());

const one: Result = { columns: [{ name: "v", kind: "number" }], rows: [["1"]] };

/** A database that answers by the text of a query. */
class FakeDatabase {
  sessions = 0;
  open = 0;
  asked: string[] = [];
  isDown = false;
  answer: (sql: string, limits: QueryLimits) => Promise<Result> | Result = () => one;
  readonly all: { isBroken: boolean }[] = [];

  readonly connect = async (): Promise<Session> => {
    if (this.isDown) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    this.sessions++;
    this.open++;
    const session = {
      server: { version: "1", isMariaDb: false, release: 1 },
      isBroken: false,
      query: async (sql: string, limits: QueryLimits): Promise<Result> => {
        if (session.isBroken || this.isDown) {
          session.isBroken = true;
          throw new Error("the connection was cut off");
        }
        this.asked.push(sql);
        return await this.answer(sql, limits);
      },
      settled: async () => {},
      close: () => {
        session.isBroken = true;
        this.open--;
      },
    };
    this.all.push(session);
    return session;
  };
}

function query(name: string, more: object = {}, metric: object = {}): QueryConfig {
  const metrics = [{ name: `${name}_value`, help: "A value.", type: "gauge", value: "v", ...metric }];
  return querySchema.parse({ name, sql: `SELECT ${name}`, metrics, ...more });
}

function target(database: FakeDatabase, queries: readonly QueryConfig[], maxConnections = 2): Target {
  const settings = { dialect: "mysql", host: "db", user: "me" } as const;
  const options = { name: "t", settings, presets: [], queries, maxConnections, connectSeconds: 1, logger };
  return new Target({ ...options, open: database.connect });
}

async function collect(from: Target, seconds = 5): Promise<Record<string, number>> {
  const scrape = new Scrape(AbortSignal.timeout(seconds * 1000), { dueAt: performance.now() + seconds * 1000 });
  await from.collect(scrape, { labels: {} });
  const samples = await readSamples(Registry.merge([scrape.registry]));
  return Object.fromEntries(
    samples.map(({ name, labels, value }) => [
      [name, labels["query"]].filter((each) => each !== undefined).join(" "),
      value,
    ]),
  );
}

describe("a target", () => {
  it("asks each query and keeps its sessions, so many at most", async () => {
    const database = new FakeDatabase();
    const asked = target(
      database,
      ["a", "b", "c", "d"].map((name) => query(name)),
    );
    for (let i = 0; i < 3; i++) {
      expect(await collect(asked)).toMatchObject({ sql_up: 1, a_value: 1, d_value: 1, "sql_query_success d": 1 });
    }
    expect(database.sessions).toBe(2);
    asked.close();
    expect(database.open).toBe(0);
    expect(await collect(asked)).toMatchObject({ sql_up: 0 });
  });

  it("that is down says so, asks nothing, and is up again with the next scrape", async () => {
    const database = new FakeDatabase();
    const asked = target(database, [query("a")]);
    await collect(asked);
    database.isDown = true;
    const down = { sql_up: 0, "sql_query_success a": 0, "sql_query_duration_seconds a": 0 };
    expect(await collect(asked)).toEqual(down);
    expect(await collect(asked)).toEqual(down);
    expect(logger.error).toHaveBeenCalledWith(
      { collector: "sql:t", error: expect.stringContaining("nothing listens") as string },
      "collector failed",
    );
    expect(logger.error).toHaveBeenCalledTimes(1);
    database.isDown = false;
    expect(await collect(asked)).toMatchObject({ sql_up: 1, a_value: 1 });
  });

  it("takes another session where the one that was kept has been cut off", async () => {
    const database = new FakeDatabase();
    const asked = target(database, [query("a")]);
    await collect(asked);
    for (const session of database.all) session.isBroken = true;
    expect(await collect(asked)).toMatchObject({ sql_up: 1, a_value: 1 });
  });

  it("loses what fails or clashes, and nothing else", async () => {
    const database = new FakeDatabase();
    database.answer = (sql) => {
      if (sql === "SELECT broken") throw new Error("no such table");
      return one;
    };
    const clashing = query("clash", {}, { name: "a_value", help: "Other." });
    const asked = target(database, [query("a"), query("broken"), clashing, query("z")]);
    const found = await collect(asked);
    expect(found).toMatchObject({
      a_value: 1,
      z_value: 1,
      "sql_query_success a": 1,
      "sql_query_success broken": 0,
      "sql_query_success clash": 0,
    });
    expect(found).not.toHaveProperty("broken_value");
  });

  it("gives up a query before the scrape's time is over, so that the others are not lost", async () => {
    const database = new FakeDatabase();
    database.answer = async (sql, { signal }) => {
      if (sql === "SELECT slow") await wait(60_000, undefined, { signal });
      return one;
    };
    const found = await collect(target(database, [query("a"), query("slow"), query("b")]), 1.5);
    expect(found).toMatchObject({ sql_up: 1, a_value: 1, b_value: 1, "sql_query_success slow": 0 });
  });

  it("reports nothing of a scrape that nobody waits for any more", async () => {
    const database = new FakeDatabase();
    const gone = new AbortController();
    database.answer = async (_sql, { signal }) => {
      gone.abort(new Error("the client has gone"));
      await wait(60_000, undefined, { signal });
      return one;
    };
    const scrape = new Scrape(gone.signal);
    await expect(target(database, [query("a")]).collect(scrape, { labels: {} })).rejects.toThrow("the client has gone");
    expect(logger.error).not.toHaveBeenCalled();
  });

  it("keeps a result for its interval, and a failure not at all", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const database = new FakeDatabase();
      const asked = target(database, [query("a", { interval: "1m" })]);
      let isBroken = true;
      database.answer = () => {
        if (isBroken) throw new Error("not now");
        return one;
      };
      const times = (): number => database.asked.filter((sql) => sql === "SELECT a").length;
      database.answer = (sql) => {
        if (isBroken && sql === "SELECT a") throw new Error("not now");
        return one;
      };
      expect(await collect(asked)).toMatchObject({ "sql_query_success a": 0 });
      isBroken = false;
      expect(await collect(asked)).toMatchObject({ a_value: 1, "sql_query_age_seconds a": 0 });
      expect(times()).toBe(2);
      vi.advanceTimersByTime(40_000);
      expect(await collect(asked)).toMatchObject({ a_value: 1, "sql_query_age_seconds a": 40 });
      expect(times()).toBe(2);
      vi.advanceTimersByTime(40_000);
      expect(await collect(asked)).toMatchObject({ a_value: 1, "sql_query_age_seconds a": 0 });
      expect(times()).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });
});
