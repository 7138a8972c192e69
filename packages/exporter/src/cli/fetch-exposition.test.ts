import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exporterkit } from "./main.ts";
import { fetchExposition } from "./fetch-exposition.ts";
import { runCommand } from "./run-command.ts";

let server: Server | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fetch-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

function file(text: string): string {
  const path = join(folder, "secret");
  writeFileSync(path, text);
  return path;
}

const needsSesame: RequestListener = (request, response) => {
  const { authorization = "" } = request.headers;
  const isRight = ["Bearer sesame", `Basic ${btoa("ann:sesame")}`].includes(authorization);
  response.writeHead(isRight ? 200 : 401).end("opened_total 1\n");
};

const quick = { timeoutSeconds: 10, environment: {} };

it.each([
  [() => ({ user: "ann", passwordFile: file("sesame\n") })],
  [() => ({ user: "ann", environment: { EXPORTERKIT_PASSWORD: "sesame" } })],
  [() => ({ bearerTokenFile: file("sesame") })],
  [() => ({ environment: { EXPORTERKIT_BEARER_TOKEN: "sesame" } })],
])("shows who asks, %#", async (credentials) => {
  const families = await fetchExposition(await serve(needsSesame), { ...quick, ...credentials() });
  expect(families.map(({ name }) => name)).toEqual(["opened_total"]);
});

describe("says what is wrong", () => {
  const failure = async (url: string, options: object = {}): Promise<string> => {
    const error: unknown = await fetchExposition(url, { ...quick, ...options }).catch((reason: unknown) => reason);
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  };

  it("with who asks, and never tells a secret", async () => {
    const url = await serve(needsSesame);
    const asked = `fetch_failed: ${url} answers 401; give --user and --password-file, or --bearer-token-file.`;
    expect(await failure(url)).toBe(asked);
    expect(await failure(url, { user: "ann", passwordFile: file("hidden") })).toBe(asked);
    expect(await failure(url, { user: "ann" })).toContain("--user has no password");
    expect(await failure(url, { passwordFile: file("hidden") })).toContain("give --user, too");
    expect(await failure(url, { user: "ann", bearerTokenFile: file("hidden") })).toContain("give one of them");
    expect(await failure(url, { bearerTokenFile: file("hid\nden") })).not.toContain("hid");
    expect(await failure(url, { bearerTokenFile: join(folder, "none") })).toContain("none cannot be read: ENOENT");
    expect(await failure(url.replace("//", "//ann:hidden@"))).not.toContain("hidden");
    expect(await failure(`${url}?token=hidden`)).not.toContain("hidden");
    expect(await failure("hidden")).toBe(
      "invalid_argument: The URL to make a dashboard from is malformed: write it as in --from http://localhost:9999/metrics.",
    );
  });

  it("with what is answered", async () => {
    const page = await serve((_, response) => response.end("<html>\n"));
    expect(await failure(page)).toMatch(
      /^fetch_failed: .* answers something that is no exposition: .*name the page of the/,
    );
    server!.close();
    const bomb = gzipSync(Buffer.alloc(40 << 20, "#"));
    const huge = await serve((_, response) => response.setHeader("Content-Encoding", "gzip").end(bomb));
    expect(await failure(huge)).toBe(`fetch_failed: ${huge} answers more than 32 MiB; ask for less of it.`);
  });

  it("with who does not answer", async () => {
    const slow = await serve(() => {});
    expect(await failure(slow, { timeoutSeconds: 0.05 })).toBe(
      `fetch_failed: ${slow} has not answered within 0.05 s; give more by --timeout.`,
    );
    const dripping = await serve((_, response) => void response.write("a 1\n"));
    expect(await failure(dripping, { timeoutSeconds: 0.2 })).toContain("has not answered within 0.2 s");
    server!.closeAllConnections();
    server!.close();
    await once(server!, "close");
    expect(await failure(dripping)).toMatch(/cannot be read: .*ECONNREFUSED.*; see that it runs/);
  });
});

describe("exporterkit dashboard --from", () => {
  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const written = { out: "", err: "" };
    vi.spyOn(process.stdout, "write").mockImplementation((text) => !!(written.out += String(text)));
    vi.spyOn(process.stderr, "write").mockImplementation((text) => !!(written.err += String(text)));
    return { code: await runCommand(exporterkit, ["dashboard", ...args]), ...written };
  }

  it("prints a dashboard of what is exposed", async () => {
    const url = await serve((_, response) => response.end("a_total 1\nb 1\n"));
    const { code, out } = await run("--from", url, "--title", "Rooms", "--prefix", "b");
    expect(code).toBe(0);
    const { title, uid, panels } = JSON.parse(out) as { title: string; uid: string; panels: object[] };
    expect([title, panels.length]).toEqual(["Rooms", 2]);
    expect(uid).toMatch(/^exporterkit-from-127-0-0-1-\d+$/);
  });

  it("tells what it has no room for, and what it cannot do", async () => {
    const text = Array.from({ length: 300 }, (_, i) => `m_${i} 1\n`).join("");
    const url = await serve((_, response) => response.end(text));
    expect((await run("--from", url)).err).toMatch(/^100 metrics have no room, among them m_200, .*by --prefix\n$/);
    expect((await run("--from", url, "--prefix", "x")).err).toContain("There is nothing to show");
    expect((await run("--from", url, "--timeout", "0")).err).toContain('Timeout "0" is malformed');
    expect(await run("--from", url, "--module", "host")).toMatchObject({ code: 2, out: "" });
    vi.stubEnv("EXPORTERKIT_BEARER_TOKEN", "hidden");
    expect((await run("--from", "http://127.0.0.1:1/", "--timeout", "5s")).code).toBe(1);
  });
});
