/** Why the API server, or a kubelet, did not give what was asked for. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  /** The status of HTTP; undefined without an answer. */
  readonly status: number | undefined;
  /** Seconds that the server asks us to wait. */
  readonly retryAfterSeconds: number | undefined;
  /** What goes into the label `reason`: few values, whatever a server says. */
  readonly reason: FailureReason;

  constructor(message: string, { status, reason, retryAfterSeconds, cause }: ApiFailureOptions = {}) {
    super(message, { cause });
    this.status = status;
    this.reason = reason ?? reasonOf(status);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether the server could not be reached, or had no time for us: which says nothing of what it was asked for. */
  get isUnheard(): boolean {
    const { code = "" } = (this.cause ?? {}) as NodeJS.ErrnoException;
    return this.status === 429 || unreachable.has(code);
  }
}

const unreachable = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"]);

interface ApiFailureOptions {
  readonly status?: number | undefined;
  readonly reason?: FailureReason | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** The kinds of failures. */
export const failureReasons = [
  "unauthorized",
  "forbidden",
  "not_found",
  "gone",
  "throttled",
  "server_error",
  "client_error",
  "credentials",
  "connection",
  "timeout",
  "malformed",
] as const;
export type FailureReason = (typeof failureReasons)[number];

function reasonOf(status: number | undefined): FailureReason {
  if (status === undefined) return "connection";
  const known: Readonly<Record<number, FailureReason>> = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    410: "gone",
    429: "throttled",
  };
  return known[status] ?? (status >= 500 ? "server_error" : "client_error");
}

/** A Status object of the API. */
export interface StatusObject {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
}

/** What a Status says, for a line of log. */
export function statusText({ message, reason }: StatusObject): string {
  return (message || reason || "no reason given").slice(0, 500);
}
