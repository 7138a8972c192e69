// A thread that is never idle, so that it could answer no message; and after a while it ends.
import { randomBytes, scryptSync } from "node:crypto";
import { Counter, Histogram } from "@exporterkit/client";
import { shareMetrics } from "@exporterkit/client/worker-threads";

const hashes = new Counter({ name: "hashes_total", help: "Passwords hashed.", labelNames: ["cost"] });
const seconds = new Histogram({ name: "hash_duration_seconds", help: "Time it took to hash a password." });
shareMetrics();

for (let i = 0; i < 100; i++) {
  const cost = 2 ** (9 + (i % 4));
  seconds.time(() => scryptSync("a password", randomBytes(16), 32, { cost }));
  hashes.inc({ cost });
}
