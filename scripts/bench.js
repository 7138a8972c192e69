// `npm run bench`: sets up what is missing or out of date, then runs the benchmarks whose names contain an argument, or all.
import { build, install, orExit, root, run } from "./workspace.js";
import { join } from "node:path";

install();
build("packages/client", "packages/exporter", "packages/prom-client", "bench");
orExit(run(process.execPath, [join(root, "bench/dist/main.js"), ...process.argv.slice(2)]));
