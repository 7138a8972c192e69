import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./child.ts";
import { freePort } from "./free-port.ts";

/** A real nginx. */
export interface NginxServer {
  /** Where it runs, and has its `nginx.conf`. */
  readonly folder: string;
  readonly port: number;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

/** How nginx is configured. */
export interface NginxConfiguration {
  /** How many workers there are; none is one process for all. */
  readonly workers: number;
  /** What stands in the block `http`; paths are relative to the folder. */
  readonly http: string;
  /** What stands in its one server. */
  readonly server: string;
}

/** Starts nginx in a folder of its own. It may be a moment before it answers. */
export async function startNginx({ workers, http, server }: NginxConfiguration): Promise<NginxServer> {
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-nginx-"));
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder};`);
  const configuration = `
    daemon off; pid ${folder}/pid; ${workers === 0 ? "master_process off" : `worker_processes ${workers}`};
    events {}
    http {
      ${temporary.join(" ")}
      ${http}
      server { listen 127.0.0.1:${port}; ${server} }
    }
  `;
  await writeFile(join(folder, "nginx.conf"), configuration);
  const child = start("nginx", ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], { group: true });
  return {
    folder,
    port,
    async stop() {
      await child.stop("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
