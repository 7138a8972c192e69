import { readFileSync } from "node:fs";

/** Names of users, from a file such as /etc/passwd. */
export class UserNames {
  readonly #path: string;
  readonly #names = new Map<string, string>();

  constructor(path: string) {
    this.#path = path;
  }

  /** The name of a user, or the number itself where the file has none for it. */
  nameOf(uid: string): string {
    const known = this.#names.get(uid);
    if (known !== undefined) return known;
    if (this.#names.size >= 10_000) this.#names.clear();
    this.#read();
    const name = this.#names.get(uid) ?? uid;
    this.#names.set(uid, name);
    return name;
  }

  #read(): void {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch {
      return;
    }
    for (const line of text.split("\n")) {
      const [name, , uid] = line.split(":");
      if (name && uid && !this.#names.has(uid)) this.#names.set(uid, name);
    }
  }
}
