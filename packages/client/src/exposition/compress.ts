import { builtin } from "../builtin.ts";
import type { Chunks } from "./chunks.ts";
import type { ContentEncoding } from "./content-encoding.ts";
import { combineCrc32 } from "./crc32.ts";
import type { PageBytes } from "./page.ts";

/** Some bytes of an exposition, deflated so that they can stand between others. */
export interface Deflated {
  /** The version of the page's bytes. */
  readonly version: number;
  readonly bytes: Uint8Array;
  /** How many bytes they were, and the checksum of those. */
  readonly length: number;
  readonly crc: number;
}

/** How much is deflated at a time: the threads that do it are those that read files and resolve names, too. */
const atATime = 2;

const builtinZlib = builtin("node:zlib");
// Other runtimes may have the module and not the function.
const zlib = typeof builtinZlib?.crc32 === "function" ? builtinZlib : undefined;
// Node.js has it from 22.15 on.
const zstd = zlib as unknown as { createZstdCompress?: () => import("node:stream").Transform } | undefined;

/** What this runtime can compress with. */
export const availableEncodings: readonly ContentEncoding[] = [
  ...(zlib !== undefined || typeof CompressionStream === "function" ? ["gzip" as const] : []),
  ...(typeof zstd?.createZstdCompress === "function" ? ["zstd" as const] : []),
];

/** Compresses what an exposition consists of, off the main thread. */
export async function compress(chunks: Chunks, encoding: ContentEncoding): Promise<Uint8Array[]> {
  if (encoding === "zstd") return compressByStream(chunks, zstd!.createZstdCompress!());
  return zlib === undefined ? [await compressByWebStream(chunks)] : compressByPage(chunks);
}

/**
 * As gzip. A page that has not changed since it was last deflated is not deflated again: each chunk is by itself, and they
 * are put together as parts of one stream.
 */
async function compressByPage(chunks: Chunks): Promise<Uint8Array[]> {
  const parts: Deflated[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < chunks.chunks.length) {
      const number = next++;
      parts[number] = await deflate(chunks.chunks[number]!, chunks.pages[number]);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return [gzipHeader, ...parts.map((part) => part.bytes), gzipTrailer(parts)];
}

async function deflate(chunk: Uint8Array, page: PageBytes | undefined): Promise<Deflated> {
  const known = page?.deflated;
  if (known !== undefined && known.version === page!.version) return known;
  const version = page?.version ?? 0;
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    // Ends at a whole byte, and is not the last block.
    const options = { level: 1, finishFlush: zlib!.constants.Z_SYNC_FLUSH };
    zlib!.deflateRaw(chunk, options, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
  const deflated = { version, bytes, length: chunk.length, crc: zlib!.crc32(chunk) };
  if (page !== undefined) page.deflated = deflated;
  return deflated;
}

// https://www.rfc-editor.org/rfc/rfc1952#section-2.3: deflated, no time, by the fastest algorithm, on whatever system.
const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255);

/** An empty last block, and the checksum and the length of all. */
function gzipTrailer(parts: readonly Deflated[]): Uint8Array {
  const trailer = new DataView(new ArrayBuffer(10));
  trailer.setUint8(0, 3);
  let crc = 0;
  let length = 0;
  for (const part of parts) {
    crc = combineCrc32(crc, part.crc, part.length);
    length += part.length;
  }
  trailer.setUint32(2, crc, true);
  trailer.setUint32(6, length, true);
  return new Uint8Array(trailer.buffer);
}

function compressByStream({ chunks }: Chunks, stream: import("node:stream").Transform): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const compressed: Uint8Array[] = [];
    stream.on("data", (bytes: Uint8Array) => compressed.push(bytes));
    stream.once("end", () => resolve(compressed));
    stream.once("error", reject);
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
  });
}

/** As gzip, by what runtimes without Node.js's modules have. */
async function compressByWebStream({ chunks }: Chunks): Promise<Uint8Array> {
  const stream = new Blob(chunks as Uint8Array<ArrayBuffer>[]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
