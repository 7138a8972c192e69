import { execFile } from "node:child_process";

/** What curl says of an answer. */
export interface CurlAnswer {
  /** 0 for an answer, whatever its status. */
  readonly exitCode: number;
  /** 0 without an answer. */
  readonly status: number;
  /** Such as `1.1` or `2`. */
  readonly httpVersion: string;
  readonly body: string;
}

/** Asks by curl, which gives up after ten seconds. */
export function curl(...args: string[]): Promise<CurlAnswer> {
  const format = "\n%{http_code} %{http_version}";
  return new Promise((resolve) => {
    execFile("curl", ["--silent", "--max-time", "10", "--write-out", format, ...args], (error, stdout) => {
      const end = stdout.lastIndexOf("\n");
      const [status, httpVersion = ""] = stdout.slice(end + 1).split(" ");
      resolve({
        exitCode: typeof error?.code === "number" ? error.code : 0,
        status: Number(status),
        httpVersion,
        body: stdout.slice(0, Math.max(end, 0)),
      });
    });
  });
}
