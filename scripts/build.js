// `npm run build`: sets up what is missing or out of date, then compiles the packages and examples.
import { build, install } from "./workspace.js";

install();
build(
  "packages/client",
  "packages/exporter",
  "examples/cluster",
  "examples/pm2",
  "examples/system-usage",
  "examples/worker-threads",
);
