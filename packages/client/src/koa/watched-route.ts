import { pathOf } from "../http/request-target.ts";

/** What Koa, its router and koa-mount say of a request's path. */
export interface RoutedContext {
  readonly originalUrl: string;
  readonly url: string;
  /** What is left of the path below the applications that have been entered. */
  readonly path: string;
  /** The path that koa-mount entered last. */
  readonly mountPath?: string;
  /** The application, whose contexts all inherit from one. */
  readonly app?: { readonly context?: object };
}

interface Watched extends RoutedContext {
  _matchedRoute?: unknown;
  [matched]?: { readonly route: unknown; readonly prefix: string };
}

const matched = Symbol("matched route");

/** Takes down the route as the router writes it: once the request has been answered, what was entered is left again. */
const accessor: PropertyDescriptor & ThisType<Watched> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[matched]?.route;
  },
  set(route: unknown) {
    this[matched] = { route, prefix: prefixOf(this) };
  },
};

/** Has the routes of all requests of an application taken down, as of one of them. */
export function watchRoute(context: RoutedContext): void {
  const shared = context.app?.context ?? context;
  if (!Object.hasOwn(shared, "_matchedRoute")) Object.defineProperty(shared, "_matchedRoute", accessor);
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
