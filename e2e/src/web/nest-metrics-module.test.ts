// oxlint-disable-next-line no-unassigned-import -- Nest needs it to be there.
import "reflect-metadata";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type CanActivate,
  Controller,
  ForbiddenException,
  Get,
  Module,
  Post,
  Req,
  UseGuards,
  VersioningType,
} from "@nestjs/common";
import { HttpAdapterHost, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Registry } from "@exporterkit/client";
import { readSamples, readValue } from "@exporterkit/client/testing";
import { MetricsModule, setRoute } from "@exporterkit/client/nest";

let registry: Registry;
beforeEach(() => (registry = new Registry()));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

class Closed implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

class Members {
  member(): string {
    return "member";
  }
  guarded(): string {
    return "guarded";
  }
  add(): string {
    return "added";
  }
  told(request: object): string {
    setRoute(request, "told");
    return "told";
  }
}

// The decorators, called: these tests are compiled without those that Nest needs.
function decorate(method: keyof Members, ...decorators: MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(Members.prototype, method)!;
  for (const decorator of decorators) decorator(Members.prototype, method, descriptor);
}
decorate("member", Get("members/:member"));
decorate("guarded", Get("guarded/:member"), UseGuards(Closed));
decorate("add", Post("members"));
decorate("told", Get("told/:id"));
Req()(Members.prototype, "told", 0);
Controller({ path: "teams/:team", version: "1" })(Members);

/** Asks for each path and returns the statuses of the answers. */
async function ask(url: string, ...paths: string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of paths) {
    const response = await fetch(url + path);
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function counts(): Promise<string[]> {
  await vi.waitFor(async () => expect(await readValue(registry, "http_requests_in_flight")).toBe(0), 10_000);
  const samples = await readSamples(registry, "http_request_duration_seconds_count");
  return samples
    .map(({ labels: { method, route, status }, value }) => `${method} ${route} ${status} ${value}`)
    .toSorted();
}

describe.each(["Express", "Fastify"])("the metrics of a Nest application on %s", (platform) => {
  async function start(options: { readonly path?: false } = {}): Promise<string> {
    // oxlint-disable-next-line no-extraneous-class -- a module of Nest is one.
    class AppModule {}
    const metrics = MetricsModule.forRootAsync({ useFactory: async () => ({ registry, ...options }) });
    Module({ imports: [metrics], controllers: [Members] })(AppModule);
    const adapter = platform === "Express" ? new ExpressAdapter() : new FastifyAdapter();
    const app = await NestFactory.create(AppModule, adapter, { logger: false, forceCloseConnections: true });
    closing.push(() => app.close());
    app.setGlobalPrefix("api");
    app.enableVersioning({ type: VersioningType.URI });
    app.enableCors();
    app.useGlobalGuards({ canActivate: (context) => context.getClass() === Members });
    await app.listen(0, "127.0.0.1");
    return urlOf(app.getHttpServer() as Server);
  }

  it("have the patterns of its controllers, with prefix and version, and what there is not as unmatched", async () => {
    const url = await start();
    expect(
      await ask(url, "/api/v1/teams/a/members/1", "/api/v1/teams/b/members/2", "/api/v1/teams/a/guarded/1"),
    ).toEqual([200, 200, 403]);
    expect(await ask(url, "/none", "/api/none", "/api/v1/teams/a/none", "/api/v1/teams/a/members")).toEqual(
      Array.from({ length: 4 }, () => 404),
    );
    expect(await ask(url, "/metrics", "/api/metrics")).toEqual([200, 404]);
    expect(await counts()).toEqual([
      "GET /api/v1/teams/:team/guarded/:member 403 1",
      "GET /api/v1/teams/:team/members/:member 200 2",
      "GET unmatched 404 5",
    ]);
  });

  it("count what Nest answers before any route, once", async () => {
    const url = await start();
    const headers = { origin: "http://example.com", "access-control-request-method": "GET" };
    for (const path of ["/api/v1/teams/a/members/1", "/none"]) {
      const response = await fetch(url + path, { method: "OPTIONS", headers });
      expect(response.status).toBe(204);
    }
    // Nest has Fastify's plugin for it, which has a route for it.
    expect(await counts()).toEqual([`OPTIONS ${platform === "Fastify" ? "*" : "unmatched"} 204 2`]);
  });

  it("have the route that the application sets", async () => {
    const url = await start();
    expect(await ask(url, "/api/v1/teams/a/told/1")).toEqual([200]);
    expect(await counts()).toEqual(["GET told 200 1"]);
  });

  it("are served nowhere where the application says so", async () => {
    const url = await start({ path: false });
    expect(await ask(url, "/metrics")).toEqual([404]);
  });

  it("are there where the platform comes after the module, as in tests", async () => {
    const host = new HttpAdapterHost();
    const module = new MetricsModule(host, { registry });
    const adapter = platform === "Express" ? new ExpressAdapter() : new FastifyAdapter();
    host.httpAdapter = adapter;
    module.configure();
    module.configure();
    const server: Server = platform === "Express" ? createServer(adapter.getInstance()) : adapter.getInstance().server;
    if (platform === "Fastify") await adapter.getInstance().ready();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(() => server.close().closeAllConnections());
    expect(await ask(urlOf(server), "/none", "/metrics")).toEqual([404, 200]);
    expect(await counts()).toEqual(["GET unmatched 404 1"]);
  });
});
