// Hello world in the manner of Fetch, with its metrics beside it on the same port. It runs on Node.js here; with Deno the last
// line is `Deno.serve({ port: 8080 }, answer)`, and with Bun `Bun.serve({ port: 8080, fetch: answer })`.
import { fetchMetrics, setRoute } from "@exporterkit/client/fetch";
import { serve } from "@hono/node-server";
import { hello } from "./wrapped-pages.ts";

const answer = fetchMetrics(async (request) => {
  const { pathname } = new URL(request.url);
  const user = /^\/users\/(?<name>[^/]+)$/.exec(pathname)?.groups?.["name"];
  if (pathname === "/") {
    setRoute(request, "/");
    return new Response(await hello());
  }
  if (user === undefined) return new Response("Not found\n", { status: 404 });
  setRoute(request, "/users/:name");
  return new Response(await hello(user));
});

serve({ fetch: answer, port: Number(process.env["PORT"] ?? 8080) }, (address) => console.log(address));
