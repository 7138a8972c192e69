import { mountPattern } from "./mount-pattern.ts";

/** What Express and its routers write to a request while they look for its route. */
export interface RoutedRequest {
  readonly originalUrl?: string;
  /** The path, as the client sent it, at which the router that has the request is mounted. */
  baseUrl?: string;
  params?: object;
  route?: { readonly path?: unknown };
  readonly app?: { readonly request?: object; enabled?(setting: string): boolean };
}

/** Where a request is among mounted routers. */
interface Mount {
  /** The path as the client sent it. */
  readonly path: string;
  /** The paths that the routers were mounted at, as they were written, as far as that can be told. */
  readonly pattern: string;
  readonly outer: Mount | undefined;
}

interface Watched extends RoutedRequest {
  [mount]?: Mount;
  [entered]?: { readonly route: RoutedRequest["route"]; readonly pattern: string };
}

const mount = Symbol("mount");
const entered = Symbol("entered route");
const root: Mount = { path: "", pattern: "", outer: undefined };

/**
 * What routers write is taken down as they write it. Later is too late: before an error gets to the error handlers of the
 * application, the path of the router that it came from is taken back.
 */
const accessors: PropertyDescriptorMap & ThisType<Watched> = {
  baseUrl: {
    configurable: true,
    get() {
      return (this[mount] ?? root).path;
    },
    set(path: string) {
      this[mount] = mountAt(this, String(path));
    },
  },
  route: {
    configurable: true,
    get() {
      return this[entered]?.route;
    },
    set(route: RoutedRequest["route"]) {
      const { pattern } = this[mount] ?? root;
      this[entered] = { route, pattern: joined(pattern, pathText(route?.path)) };
    },
  },
};

/** Takes down the route of a request from now on. */
export function watchRoute(request: RoutedRequest): void {
  const prototype = request.app?.request;
  if (prototype !== undefined && !Object.hasOwn(prototype, "baseUrl")) {
    Object.defineProperties(prototype, accessors);
  }
  // Where a router wrote to the request before it was one of the application's, as those of Express 4 do.
  const written = Object.getOwnPropertyDescriptor(request, "baseUrl");
  if (written === undefined && prototype !== undefined) return;
  Object.defineProperties(request, accessors);
  request.baseUrl = String(written?.value ?? "");
}

/** The pattern that a watched request matched last; undefined where there was none. */
export function routeOf(request: RoutedRequest): string | undefined {
  return (request as Watched)[entered]?.pattern;
}

function mountAt(request: Watched, path: string): Mount {
  const current = request[mount] ?? root;
  for (let outer: Mount | undefined = current; outer !== undefined; outer = outer.outer) {
    if (outer.path === path) return outer;
  }
  if (!path.startsWith(current.path)) return { path, pattern: "/*", outer: current };
  const isSensitive = request.app?.enabled?.("case sensitive routing") === true;
  const added = mountPattern(path.slice(current.path.length), request.params ?? {}, isSensitive);
  return { path, pattern: current.pattern + added, outer: current };
}

function joined(base: string, path: string): string {
  if (path === "/" && base !== "") return base;
  return base + (path.startsWith("/") || path === "" ? path : `/${path}`);
}

/** A route's path, which may also be a regular expression or several paths. */
function pathText(path: unknown): string {
  return Array.isArray(path) ? path.map(String).join("|") : String(path ?? "");
}
