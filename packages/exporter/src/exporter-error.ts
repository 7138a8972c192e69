/**
 * What can go wrong before or while an exporter serves, one code each.
 *
 * | code | meaning | exit code of the command |
 * | --- | --- | --- |
 * | `invalid_argument` | an argument of the command is not understood | 2 |
 * | `invalid_address` | an address to listen on is malformed | 2 |
 * | `invalid_path` | a path to serve is malformed or already taken | 2 |
 * | `invalid_limit` | a limit is not a number above 0 | 2 |
 * | `invalid_collector` | two collectors bear one name | 2 |
 * | `invalid_config` | a configuration file is wrong; the message has a line for each problem | 2 |
 * | `listen_failed` | the operating system refused the address | 1 |
 */
export type ExporterErrorCode =
  | "invalid_argument"
  | "invalid_address"
  | "invalid_path"
  | "invalid_limit"
  | "invalid_collector"
  | "invalid_config"
  | "listen_failed";

/** The one error that this package throws for a mistake of its user: a sentence that names the value and the remedy. */
export class ExporterError extends Error {
  override readonly name = "ExporterError";
  /** Stable across releases, unlike the message. */
  readonly code: ExporterErrorCode;

  constructor(code: ExporterErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What whatever was thrown says of itself, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
