#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// Scrapes make little that lasts. Left to itself, V8 would let what does not last grow to several times of what does.
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=20");
// There is too little of it to share the work among threads, which have to be waited for.
setFlagsFromString("--no-parallel-scavenge");

const { main } = await import("../dist/cli/main.js");
process.exitCode = await main(process.argv.slice(2));
