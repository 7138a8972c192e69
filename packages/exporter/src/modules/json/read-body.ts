import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

const decompressors = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** What is said for `Accept-Encoding`. */
export const acceptedEncodings = "gzip, br";

/**
 * Reads a body, decompressed. Rejects once it has had more than `maxBytes` bytes, however few were sent of them, and with the
 * signal's reason.
 */
export async function readBody(
  body: Readable,
  encoding: string,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let tooLarge: Error | undefined;
  const collect = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        tooLarge = new Error(
          `the body is larger than the ${maxBytes} bytes that max_body_size leaves it; set that, if it has to be`,
        );
        throw tooLarge;
      }
      chunks.push(chunk);
    }
  };
  const name = encoding.trim().toLowerCase();
  try {
    if (name === "" || name === "identity") await pipeline(body, collect, { signal });
    else if (isKnown(name)) await pipeline(body, decompressors[name](), collect, { signal });
    else throw new Error(`the body is encoded as ${JSON.stringify(name.slice(0, 40))}, which is not known`);
  } catch (error) {
    body.destroy();
    // What is cut off says that it was, before whoever cut it off says why.
    throw tooLarge ?? error;
  }
  return Buffer.concat(chunks, bytes);
}

function isKnown(name: string): name is keyof typeof decompressors {
  return Object.hasOwn(decompressors, name);
}
