import "reflect-metadata";
import type { Server } from "node:http";
import { MetricsModule } from "@exporterkit/client/nest";
import { Controller, Get, type INestApplication, Module, Param, Post, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { type AppOptions, hello, tellReached, type WebApp } from "../web-app.ts";
import { urlOf } from "./listen.ts";

interface RawReply {
  readonly raw?: import("node:http").ServerResponse;
  hijack?(): void;
}

class Pages {
  hello(): string {
    return hello;
  }
  user(id: string): string {
    return id;
  }
  post(): string {
    return "posted";
  }
  fails(): never {
    throw new Error("failed");
  }
  async rejects(): Promise<never> {
    throw new Error("rejected");
  }
  waits(reply: RawReply): void {
    reply.hijack?.();
    tellReached();
  }
  streams(reply: RawReply): void {
    reply.hijack?.();
    (reply.raw ?? (reply as import("node:http").ServerResponse)).writeHead(200).write("some");
    tellReached();
  }
}

class Teams {
  member(): string {
    return "member";
  }
  fails(): never {
    throw new Error("failed");
  }
}

// The decorators, called: these tests are compiled without those that Nest needs.
route(Get("/"), Pages, "hello");
route(Get("users/:id"), Pages, "user");
Param("id")(Pages.prototype, "user", 0);
route(Post("users/:id"), Pages, "post");
route(Get("fails"), Pages, "fails");
route(Get("rejects"), Pages, "rejects");
route(Get("waits"), Pages, "waits");
route(Get("streams"), Pages, "streams");
Res()(Pages.prototype, "waits", 0);
Res()(Pages.prototype, "streams", 0);
Controller()(Pages);
route(Get("members/:member"), Teams, "member");
route(Get("fails"), Teams, "fails");
Controller("teams/:team")(Teams);

function route(decorator: MethodDecorator, controller: { readonly prototype: object }, method: string): void {
  const { prototype } = controller;
  decorator(prototype, method, Object.getOwnPropertyDescriptor(prototype, method)!);
}

/** On Nest, over one of its platforms. */
export async function startNest(platform: "Express" | "Fastify", options: AppOptions): Promise<WebApp> {
  class AppModule {}
  Module({ imports: [MetricsModule.forRoot(options)], controllers: [Pages, Teams] })(AppModule);
  const adapter = platform === "Express" ? new ExpressAdapter() : new FastifyAdapter();
  const app: INestApplication = await NestFactory.create(AppModule, adapter, {
    logger: false,
    forceCloseConnections: true,
  });
  await app.listen(0, "127.0.0.1");
  return { url: urlOf(app.getHttpServer() as Server), stop: () => app.close() };
}
