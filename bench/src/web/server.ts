import type { Server } from "node:http";

/** A hello-world application on one framework, by what measures its requests: `bare` is without metrics. */
export type Variants = Readonly<Record<string, () => Promise<Server>>>;

export const hello = "Hello, world\n";
