// Runs in a package's folder before `npm pack` and `npm publish` of it: sets up and builds if what is published has not been.
import { existsSync, readFileSync } from "node:fs";
import { build, install } from "./workspace.js";

// Bundles are made last: where they are there, so is the rest.
const { files } = JSON.parse(readFileSync("package.json", "utf8"));
if (!files.filter((file) => !file.includes("*")).every((file) => existsSync(file))) {
  install();
  build("packages/client", "packages/exporter", "packages/prom-client");
}
