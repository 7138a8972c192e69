import { readFileSync } from "node:fs";

// What is published is one CommonJS file with the client in it, which `require` and `import` share, so that there is one
// default registry however it is loaded. Beside it stand an ES module with its names, and the declarations of both.
export default {
  input: { index: "dist/common-js.js" },
  external: [/^node:/],
  platform: "node",
  output: { dir: "dist/bundle", cleanDir: true, format: "cjs", exports: "default", entryFileNames: "[name].cjs" },
  plugins: [
    {
      name: "es-module-and-declarations",
      async generateBundle() {
        const emit = (fileName, source) => this.emitFile({ type: "asset", fileName, source });
        const names = Object.keys(await import("./dist/index.js"));
        emit(
          "index.js",
          `import client from "./index.cjs";\nexport default client;\nexport const { ${names.join(", ")} } = client;\n`,
        );
        emit(
          "index.d.ts",
          'import * as client from "./index.cjs";\nexport * from "./index.cjs";\nexport default client;\n',
        );
        for (const [name, text] of declarations("index.d.ts")) emit(name.replace(/\.ts$/, ".cts"), text);
      },
    },
  ],
};

/** The declarations that can be reached from a file, itself included, which import each other as CommonJS does. */
function declarations(first) {
  const found = new Map();
  const reach = (name) => {
    if (found.has(name)) return;
    const text = readFileSync(new URL(`dist/${name}`, import.meta.url), "utf8");
    const ofCommonJs = text.replaceAll(/(["'])(\.[^"']*)\.[jt]s\1/g, '"$2.cjs"');
    // With private members a class would not be what any object with its methods is, which tests put in its place.
    found.set(name, ofCommonJs.replaceAll(/^ *#private;\n/gm, ""));
    for (const [, path] of text.matchAll(/from "\.\/([^"]*)\.[jt]s"/g)) reach(`${path}.d.ts`);
  };
  reach(first);
  return found;
}
