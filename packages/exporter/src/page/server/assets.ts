import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { get, type Route } from "../../server/routes.ts";
import { acceptsGzip } from "./compressed.ts";

/** Where the build puts what browsers load: beside the compiled code, which is as deep as its source. */
const folder = new URL("../../../dist/assets/", import.meta.url);

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What browsers load for the page. */
export interface Assets {
  /** The names of the files that the page itself names. */
  readonly script: string;
  readonly style: string;
  readonly icon: string;
  /** Where each of them is, by its name. */
  readonly routes: ReadonlyMap<string, Route>;
}

/** Finds the files that the build made. Each is read and compressed when somebody first asks for it. */
export async function findAssets(): Promise<Assets> {
  const manifest = JSON.parse(await readFile(new URL("manifest.json", folder), "utf8")) as Omit<Assets, "routes">;
  return { ...manifest, routes: new Map(Object.values(manifest).map((name) => [name, assetRoute(name)])) };
}

function assetRoute(name: string): Route {
  let kept: Promise<{ plain: Buffer; compressed: Buffer }> | undefined;
  return get(async (request) => {
    if (kept === undefined) {
      kept = readAsset(name);
      // There may have been too many open files; who asks next has it read anew.
      kept.catch(() => (kept = undefined));
    }
    const { plain, compressed } = await kept;
    const isCompressed = acceptsGzip(request);
    return {
      contentType: types[extname(name)] ?? "application/octet-stream",
      headers: {
        // The name changes with what is in it.
        "Cache-Control": "public, max-age=31536000, immutable",
        Vary: "Accept-Encoding",
        ...(isCompressed && { "Content-Encoding": "gzip" }),
      },
      body: isCompressed ? compressed : plain,
    };
  });
}

async function readAsset(name: string): Promise<{ plain: Buffer; compressed: Buffer }> {
  const plain = await readFile(new URL(name, folder));
  return { plain, compressed: await promisify(gzip)(plain, { level: 9 }) };
}
