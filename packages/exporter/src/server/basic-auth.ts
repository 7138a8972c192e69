import { createHmac, randomBytes } from "node:crypto";
import { BcryptThread } from "./bcrypt-thread.ts";

/** Who may ask: names of users, each with the bcrypt hash of its password. */
export type Users = ReadonlyMap<string, string>;

/** What a request's credentials are worth: `busy` where too many others are being compared. */
export type Verdict = "known" | "unknown" | "busy";

/** How many credentials wait to be compared, of everybody and of one client address. */
const longestQueue = 64;
const longestQueueOfClient = 4;
/** How many are remembered. */
const mostRemembered = 100;

/**
 * Checks credentials by HTTP's basic authentication. Those that were right are remembered, as a digest that tells nothing
 * outside this process, so that bcrypt costs the first request alone; guesses are compared on a thread of their own, and wait
 * in a queue of bounded length. A name that nobody has takes as long as one that somebody has.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7617
 */
export class BasicAuth {
  readonly #bcrypt = new BcryptThread();
  readonly #secret = randomBytes(32);
  /** Digests of what was right, the oldest first. */
  readonly #known = new Set<string>();
  /** What is being compared, by its digest. */
  readonly #comparing = new Map<string, Promise<boolean>>();
  readonly #comparingFor = new Map<string, number>();

  /** `client` is the address that the request comes from. Rejects if the thread that compares ends. */
  async check(authorization: string | undefined, users: Users, client: string): Promise<Verdict> {
    const credentials = readCredentials(authorization);
    if (credentials === undefined) return "unknown";
    const [user, password] = credentials;
    const ownHash = users.get(user);
    const hash = ownHash ?? this.#hashForNobody(user, users);
    const digest = this.#digest(user, hash, password);
    if (this.#known.has(digest)) return "known";
    let comparison = this.#comparing.get(digest);
    if (comparison === undefined) {
      const ofClient = this.#comparingFor.get(client) ?? 0;
      if (this.#comparing.size >= longestQueue || ofClient >= longestQueueOfClient) return "busy";
      comparison = this.#compare(digest, password, hash, client);
    }
    if (!(await comparison) || ownHash === undefined) return "unknown";
    this.#remember(digest);
    return "known";
  }

  /** Ends the thread. */
  stop(): Promise<void> {
    return this.#bcrypt.stop();
  }

  async #compare(digest: string, password: string, hash: string, client: string): Promise<boolean> {
    const comparison = this.#bcrypt.compare(password, hash);
    this.#comparing.set(digest, comparison);
    this.#comparingFor.set(client, (this.#comparingFor.get(client) ?? 0) + 1);
    try {
      return await comparison;
    } finally {
      this.#comparing.delete(digest);
      const left = this.#comparingFor.get(client)! - 1;
      if (left > 0) this.#comparingFor.set(client, left);
      else this.#comparingFor.delete(client);
    }
  }

  #remember(digest: string): void {
    this.#known.add(digest);
    for (const oldest of this.#known) {
      if (this.#known.size <= mostRemembered) break;
      this.#known.delete(oldest);
    }
  }

  /** A hash that takes as long as that of a user; which one, the name decides, so that it takes the same time again. */
  #hashForNobody(name: string, users: Users): string {
    const hashes = [...users.values()];
    const some = Number.parseInt(this.#digest(name).slice(0, 8), 16) % hashes.length;
    const [, cost] = /^\$2.?\$(\d\d)\$/.exec(hashes[some]!)!;
    return `$2b$${cost}$${".".repeat(53)}`;
  }

  #digest(...parts: readonly string[]): string {
    const hmac = createHmac("sha256", this.#secret);
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:${part}`);
    return hmac.digest("hex");
  }
}

/** User and password of an `Authorization` header; undefined if it has none. */
function readCredentials(authorization = ""): [string, string] | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+) *$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  return user === undefined ? undefined : [user, password!];
}
