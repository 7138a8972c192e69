import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./child.ts";

/** A real Redis server. */
export interface RedisServer {
  /** The socket that it listens on, the only one. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** Starts Redis, empty, in a folder of its own. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-redis-"));
  const socket = join(folder, "redis.sock");
  const child = start("redis-server", ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", ""]);
  await child.line(/ready to accept connections/i);
  return {
    socket,
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
