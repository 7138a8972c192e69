import type { Context } from "hono";
import { routeSet } from "../http/http-metrics.ts";
import type { MeasuredRequests } from "../http/measured-requests.ts";
import { tellRoute } from "../http/measurement.ts";
import { measure, type NodeExchange } from "../http/node-requests.ts";

/** The request and response of node:http below, where there are. */
export function nodeExchange(env: unknown): NodeExchange | undefined {
  const { incoming, outgoing } = (env ?? {}) as Partial<Record<"incoming" | "outgoing", unknown>>;
  if (incoming === undefined || outgoing === undefined) return undefined;
  return { request: incoming, response: outgoing } as NodeExchange;
}

/** Measures a request from now on until its response of node:http is closed. */
export function measureOnNode(requests: MeasuredRequests<Context>, node: NodeExchange, context: Context): void {
  const route = (): string | undefined => routeOf(context);
  // What calls the application may measure it, too, in the manner of Fetch.
  if (!tellRoute(context.req.raw, requests.place, route)) measure(requests, node, context, route);
}

/** The pattern of the handler that answered; undefined where only middleware saw the request. */
export function routeOf(context: Context): string | undefined {
  const set = routeSet(context) ?? routeSet(context.req) ?? routeSet(context.req.raw);
  if (set !== undefined) return set;
  // Asked of the application's own Hono: what `hono/route` exports reads the routes of its own copy alone.
  const { matchedRoutes, routeIndex } = context.req;
  for (let i = routeIndex; i >= 0; i--) {
    const { method, handler, path } = matchedRoutes[i]!;
    // Middleware takes a second parameter, and is there for every method.
    if (method !== "ALL" || unwrapped(handler).length < 2) return path;
  }
  return undefined;
}

type Handler = Context["req"]["matchedRoutes"][number]["handler"];

/** A handler as it was given: Hono wraps those of an application that has its own `onError` and is part of another. */
function unwrapped(handler: Handler): Handler {
  const { __COMPOSED_HANDLER: given } = handler as { readonly __COMPOSED_HANDLER?: Handler };
  return given ?? handler;
}
