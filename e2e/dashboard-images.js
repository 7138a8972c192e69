// `npm run images -w e2e`: takes a picture of each dashboard, as the live page draws it from a real Prometheus, in
// docs/images/dashboards. Takes six minutes, and Chromium, Prometheus, MariaDB and PostgreSQL of Debian.
import { build } from "esbuild";

const outfile = new URL("dist/dashboard-images.js", import.meta.url).pathname;
await build({
  entryPoints: [new URL("src/images/dashboard-images.ts", import.meta.url).pathname],
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  outfile,
});
await import(outfile);
