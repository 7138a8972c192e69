import { createReadStream } from "node:fs";
import type { Place } from "./problem.ts";

/** A text from a file, or why there is none. */
export type FileText = { readonly text: string } | { readonly problem: string; readonly at: Place };

/** Reads a file of UTF-8 of at most `limit` bytes. Never rejects. */
export async function readText(file: string, name: string, limit: number): Promise<FileText> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Not readFile(): what is no regular file may have no end.
    for await (const chunk of createReadStream(file, { end: limit }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
    }
  } catch (error) {
    return { problem: `cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`, at: { file: name } };
  }
  if (length > limit) {
    return { problem: `is larger than ${limit} bytes; divide it into several`, at: { file: name, line: 1, column: 1 } };
  }
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString("utf8");
  const again = Buffer.from(text);
  if (again.equals(bytes)) return { text };
  const wrong = bytes.findIndex((byte, index) => byte !== again[index]);
  const before = bytes.subarray(0, wrong).toString("utf8").split("\n");
  return {
    problem: "is not UTF-8 from here on; save it in that encoding",
    at: { file: name, line: before.length, column: before.at(-1)!.length + 1 },
  };
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOENT":
      return "there is no such file; correct its name";
    case "EACCES":
    case "EPERM":
      return "this user may not read it; change its permissions";
    case "EISDIR":
      return "it is a directory; name the files in it, as in directory/*.yml";
    default:
      return code ?? message;
  }
}
