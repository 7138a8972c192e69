#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// Scrapes make little that lasts. Left to itself, V8 would let what does not last grow to several times of what does, and
// share the work of clearing it away among threads, which would have to be waited for. The module logs takes back that the heap is
// compacted each time.
for (const flag of [
  "--semi-space-growth-factor=1",
  "--heap-growing-percent=10",
  "--compact-on-every-full-gc",
  "--no-parallel-scavenge",
]) {
  setFlagsFromString(flag);
}

const { main } = await import("../dist/cli/main.js");
process.exitCode = await main(process.argv.slice(2));
