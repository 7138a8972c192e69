import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** From here on Linux gives ports to servers that ask for any, and to the near ends of connections. */
const ephemeral = 32_768;

/**
 * A port that nobody has, nor gets by asking for any: for programs that cannot be told to take any, and for those that
 * are away for a while and come back to where they were.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, ephemeral);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") continue;
      throw error;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}
