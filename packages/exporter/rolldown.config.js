// What browsers load for the live page: one script, one style sheet and one icon, each named after what is in it, and a
// manifest that tells the server their names.
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const style = [fileURLToPath(import.meta.resolve("uplot/dist/uPlot.min.css")), "src/page/browser/style.css"];
const icon = "src/page/browser/icon.svg";
const licence = readFileSync(fileURLToPath(import.meta.resolve("uplot/package.json")), "utf8");
const { author, license, version } = JSON.parse(licence);

const files = {
  name: "files",
  renderStart() {
    rmSync("dist/assets", { recursive: true, force: true });
  },
  generateBundle(_options, bundle) {
    const source = style.map((path) => readFileSync(path, "utf8")).join("\n");
    const emitted = [
      { name: "style.css", source: source.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/\s*\n\s*/g, "\n") },
      { name: "icon.svg", source: readFileSync(icon, "utf8") },
    ].map((file) => this.getFileName(this.emitFile({ type: "asset", ...file })));
    const script = Object.keys(bundle).find((name) => name.endsWith(".js"));
    const manifest = { script, style: emitted[0], icon: emitted[1] };
    this.emitFile({ type: "asset", fileName: "manifest.json", source: JSON.stringify(manifest) });
  },
};

export default {
  input: { page: "src/page/browser/main.ts" },
  platform: "browser",
  plugins: [files],
  output: {
    dir: "dist/assets",
    entryFileNames: "[name]-[hash].js",
    assetFileNames: "[name]-[hash][extname]",
    minify: true,
    postBanner: `/*! With uPlot ${version} by ${author}, ${license} licence. */`,
  },
};
