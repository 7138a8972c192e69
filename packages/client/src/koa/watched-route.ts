import { pathOf } from "../http/request-target.ts";

/** What Koa, its router and koa-mount say of a request's path. */
export interface RoutedContext {
  readonly originalUrl: string;
  /** What is left of the path below the applications that have been entered. */
  readonly path: string;
  /** The path that koa-mount entered last. */
  readonly mountPath?: string;
}

interface Watched extends RoutedContext {
  _matchedRoute?: unknown;
  [matched]?: { readonly route: unknown; readonly prefix: string };
}

const matched = Symbol("matched route");

/** Takes down the route as the router writes it: once the request has been answered, what was entered is left again. */
export function watchRoute(context: RoutedContext): void {
  Object.defineProperty(context, "_matchedRoute", {
    configurable: true,
    enumerable: true,
    get(this: Watched) {
      return this[matched]?.route;
    },
    set(this: Watched, route: unknown) {
      this[matched] = { route, prefix: prefixOf(this) };
    },
  });
}

/** The pattern that a watched context matched last; undefined where there was none. */
export function routeOf(context: RoutedContext): string | undefined {
  const { route, prefix = "" } = (context as Watched)[matched] ?? {};
  if (route === undefined) return undefined;
  const text = String(route);
  return text === "/" && prefix !== "" ? prefix : prefix + text;
}

/** What koa-mount has taken off the path: that is what it was told to, letter by letter. */
function prefixOf({ mountPath, originalUrl, path }: RoutedContext): string {
  if (mountPath === undefined) return "";
  const whole = pathOf(originalUrl);
  const prefix = path === "/" && !whole.endsWith("/") ? whole : whole.slice(0, -path.length);
  return prefix.endsWith(mountPath.replace(/\/$/, "")) && whole.startsWith(prefix) ? prefix : mountPath;
}
