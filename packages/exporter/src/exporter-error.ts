/**
 * What can go wrong before or while an exporter serves, one code each.
 *
 * | code | meaning | exit code of the command |
 * | --- | --- | --- |
 * | `invalid_argument` | an argument of the command is not understood | 2 |
 * | `invalid_address` | an address to listen on is malformed | 2 |
 * | `invalid_path` | a path to serve is malformed or already taken | 2 |
 * | `invalid_limit` | a limit is not a number above 0 | 2 |
 * | `invalid_collector` | a collector's name or a number of it is wrong, or two bear one name | 2 |
 * | `invalid_option` | a module's collectors do not have such an option | 2 |
 * | `invalid_config` | a configuration file is wrong; the message has a line for each problem | 2 |
 * | `invalid_probe` | two probes bear one name, or a limit of probes is none | 2 |
 * | `invalid_target_rule` | a rule for the targets of probes is malformed | 2 |
 * | `start_failed` | a module could not be set up, or a collector did not start | 1 |
 * | `listen_failed` | the operating system refused the address | 1 |
 * | `invalid_target` | a target to probe, or a URL that a probe fetches, is malformed | |
 * | `target_refused` | no rule allows a target, or the address that it has | |
 * | `fetch_failed` | what a probe or the command fetched did not come, or passed a limit | 1 |
 * | `missing_package` | a package that is needed for what is asked for is not installed | |
 */
export type ExporterErrorCode =
  | "invalid_argument"
  | "invalid_address"
  | "invalid_path"
  | "invalid_limit"
  | "invalid_collector"
  | "invalid_option"
  | "invalid_config"
  | "invalid_probe"
  | "invalid_target_rule"
  | "start_failed"
  | "listen_failed"
  | "invalid_target"
  | "target_refused"
  | "fetch_failed"
  | "missing_package";

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

/** How many errors a message tells of. */
const mostErrors = 6;

/** What whatever was thrown says of itself and of its causes, without its stack. */
export function messageOf(error: unknown): string {
  try {
    const [first, ...causes] = withCauses(error).map((each) => String(each instanceof Error ? each.message : each));
    // "fetch failed" is all that fetch says itself; a connection to a name of several addresses says nothing at all.
    return causes.reduce((text, cause) => (text.includes(cause) ? text : `${text}${text && ": "}${cause}`), first!);
  } catch {
    return "something that cannot be made text of";
  }
}

/** An error before what it comes from. */
function withCauses(error: unknown): unknown[] {
  const errors = [error];
  // Those that are added are looked at, too.
  for (const each of errors) {
    if (!(each instanceof Error)) continue;
    const causes: readonly unknown[] = each instanceof AggregateError ? each.errors : [each.cause];
    const news = causes.filter((cause) => cause instanceof Error && !errors.includes(cause));
    errors.push(...news.slice(0, mostErrors - errors.length));
  }
  return errors;
}

/** The exit code of a program that ends for an error. */
export function exitCodeOf({ code }: ExporterError): number {
  return code === "listen_failed" || code === "start_failed" || code === "fetch_failed" ? 1 : 2;
}

/** Writes an error to standard error, for whoever started the program. */
export function tell({ code, message }: ExporterError): void {
  // A configuration has a line for each problem, which begins with its place so that editors find it.
  process.stderr.write(code === "invalid_config" ? `${message}\n` : `error: ${message}\n`);
}
