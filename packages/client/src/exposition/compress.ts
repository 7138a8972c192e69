import { builtin } from "../builtin.ts";
import type { Chunks } from "./chunks.ts";
import type { ContentEncoding } from "./content-encoding.ts";
import { combineCrc32 } from "./crc32.ts";
import type { PageBytes } from "./page.ts";

/** Some bytes of an exposition, compressed so that they can stand between others. */
export interface Compressed {
  readonly encoding: ContentEncoding;
  /** The version of the page's bytes. */
  readonly version: number;
  readonly bytes: Uint8Array;
  /** How many bytes they were, and the checksum of those. */
  readonly length: number;
  readonly crc: number;
}

/** How much is compressed at a time: the threads that do it are those that read files and resolve names, too. */
const atATime = 2;

const builtinZlib = builtin("node:zlib");
// Other runtimes may have the module and not the function.
const zlib = typeof builtinZlib?.crc32 === "function" ? builtinZlib : undefined;
// Node.js has it from 22.15 on.
const zstd = (zlib as unknown as { zstdCompress?: (bytes: Uint8Array, done: Done) => void } | undefined)?.zstdCompress;
type Done = (error: Error | null, result: Uint8Array) => void;

/** What this runtime can compress with. */
export const availableEncodings: readonly ContentEncoding[] = [
  ...(zlib !== undefined || typeof CompressionStream === "function" ? ["gzip" as const] : []),
  ...(zstd === undefined ? [] : ["zstd" as const]),
];

/**
 * Compresses what an exposition consists of, off the main thread. A page that has not changed since it was last compressed
 * is not compressed again: each chunk is compressed by itself, and they are put together as parts of one stream.
 */
export async function compress(chunks: Chunks, encoding: ContentEncoding): Promise<Uint8Array[]> {
  if (zlib === undefined) return [await compressAsStream(chunks)];
  const parts: Compressed[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < chunks.chunks.length) {
      const number = next++;
      parts[number] = await compressChunk(chunks.chunks[number]!, chunks.pages[number], encoding);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  const bytes = parts.map((part) => part.bytes);
  // Frames of zstd stand behind each other as they are.
  return encoding === "zstd" ? bytes : [gzipHeader, ...bytes, gzipTrailer(parts)];
}

async function compressChunk(
  chunk: Uint8Array,
  page: PageBytes | undefined,
  encoding: ContentEncoding,
): Promise<Compressed> {
  const known = page?.compressed;
  if (known?.encoding === encoding && known.version === page!.version) return known;
  const version = page?.version ?? 0;
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    const done: Done = (error, result) => (error === null ? resolve(result) : reject(error));
    if (encoding === "zstd") zstd!(chunk, done);
    // Ends at a whole byte, and is not the last block.
    else zlib!.deflateRaw(chunk, { level: 1, finishFlush: zlib!.constants.Z_SYNC_FLUSH }, done);
  });
  const crc = encoding === "gzip" ? zlib!.crc32(chunk) : 0;
  const compressed = { encoding, version, bytes, length: chunk.length, crc };
  if (page !== undefined) page.compressed = compressed;
  return compressed;
}

// https://www.rfc-editor.org/rfc/rfc1952#section-2.3: deflated, no time, by the fastest algorithm, on whatever system.
const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255);

/** An empty last block, and the checksum and the length of all. */
function gzipTrailer(parts: readonly Compressed[]): Uint8Array {
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

/** As runtimes without Node.js's modules can do it. */
async function compressAsStream({ chunks }: Chunks): Promise<Uint8Array> {
  const stream = new Blob(chunks as Uint8Array<ArrayBuffer>[]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
