// `npm start`: sets up what is missing or out of date, then runs the exporter with the arguments behind `--`.
import { build, install } from "./workspace.js";

install();
build("packages/client", "packages/exporter");
process.argv[1] = "exporterkit";
await import("../packages/exporter/bin/exporterkit.js");
