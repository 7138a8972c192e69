import type { Registry } from "@exporterkit/client";

/** How an application of the tests is measured. */
export interface AppOptions {
  readonly registry: Registry;
  readonly requestSize?: boolean;
  readonly responseSize?: boolean;
  readonly exclude?: readonly (string | RegExp)[];
}

/**
 * An application that listens. Each has `/`, `/users/:id` for GET and POST, `/fails` and `/rejects`, whose handlers do what
 * they say, `/waits`, which never answers, and `/streams`, which goes on until its client goes. Below `/teams/:team`, from
 * routers that are mounted there, it has `/members/:member` and `/fails`.
 */
export interface WebApp {
  readonly url: string;
  stop(): Promise<unknown>;
}

export const hello = "Hello, world\n";

/** Told of each request to `/waits` and `/streams`. */
export const reached = new EventTarget();

/** Says that a request has reached its handler. */
export function tellReached(): void {
  reached.dispatchEvent(new Event("request"));
}
