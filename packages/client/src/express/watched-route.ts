import { BoundedValues } from "../http/bounded-values.ts";
import { mountPattern, type PathParameters } from "./mount-pattern.ts";

/** What Express and its routers write to a request while they look for its route. */
export interface RoutedRequest {
  readonly originalUrl?: string;
  /** The path, as the client sent it, at which the router that has the request is mounted. */
  baseUrl?: string | undefined;
  params?: object | undefined;
  route?: { readonly path?: unknown } | undefined;
  readonly app?: { readonly path?: () => string };
}

/** Where a request is among mounted routers. */
interface Mount {
  /** The path as the client sent it. */
  readonly path: string;
  /** The paths that the routers were mounted at, as they were written, as far as that can be told. */
  readonly pattern: string;
  readonly params: PathParameters;
  readonly outer: Mount | undefined;
}

interface Watched extends RoutedRequest {
  [watched]?: WatchedRoute;
}

type Property = PropertyDescriptor & ThisType<Watched>;

const watched = Symbol("watched route");
const noParams: PathParameters = {};
const root: Mount = { path: "", pattern: "", params: noParams, outer: undefined };

/** Mount paths that are regular expressions may match anything: no more of what they matched is told apart. */
const maxMounts = 200;

/**
 * What routers write is taken down as they write it. Later is too late: before an error gets to the error handlers of the
 * application, the path of the router that it came from is taken back. It is written to the request itself, as routers write
 * to it before Express makes it a request of the application's.
 */
class WatchedRoute {
  pattern: string | undefined;
  readonly #mounts: BoundedValues;
  #mount = root;
  #found = noParams;
  #baseUrl: string | undefined;
  #params: object | undefined;
  #route: RoutedRequest["route"];

  constructor({ baseUrl, params, route, app }: RoutedRequest, mounts: BoundedValues) {
    this.#mounts = mounts;
    this.#baseUrl = baseUrl;
    this.#params = params;
    this.#route = route;
    if (!baseUrl) return;
    this.#mount = { path: baseUrl, pattern: outerPattern(baseUrl, app), params: noParams, outer: root };
  }

  static readonly baseUrl: Property = {
    configurable: true,
    enumerable: true,
    get() {
      return this[watched]!.#baseUrl;
    },
    set(baseUrl: string | undefined) {
      this[watched]!.#baseUrl = baseUrl;
      this[watched]!.#moveTo(baseUrl ?? "", this);
    },
  };

  static readonly params: Property = {
    configurable: true,
    enumerable: true,
    get() {
      return this[watched]!.#params;
    },
    set(params: object | undefined) {
      this[watched]!.#params = params;
      this[watched]!.#found = copyOf(params);
    },
  };

  static readonly route: Property = {
    configurable: true,
    enumerable: true,
    get() {
      return this[watched]!.#route;
    },
    set(route: RoutedRequest["route"]) {
      const self = this[watched]!;
      self.#route = route;
      if (route?.path !== undefined) self.pattern = joined(self.#mount.pattern, pathText(route.path));
    },
  };

  #moveTo(path: string, request: object): void {
    let mount = this.#mount;
    while (mount.outer !== undefined && !path.startsWith(mount.path)) mount = mount.outer;
    this.#mount = mount;
    if (path === mount.path) return;
    const params = this.#found;
    const added =
      writtenPattern(request) ?? this.#told(mountPattern(path.slice(mount.path.length), params, mount.params));
    this.#mount = { path, pattern: mount.pattern + added, params, outer: mount };
  }

  #told(pattern: string): string {
    return this.#mounts.of(pattern) === pattern ? pattern : "/*";
  }
}

/** How many mounts one application tells apart. */
export function watchedMounts(): BoundedValues {
  return new BoundedValues(maxMounts);
}

/** Takes down the route of a request from now on. */
export function watchRoute(request: RoutedRequest, mounts: BoundedValues): void {
  if (watched in request) return;
  (request as Watched)[watched] = new WatchedRoute(request, mounts);
  // One by one: that is faster than all at once.
  Object.defineProperty(request, "baseUrl", WatchedRoute.baseUrl);
  if (writtenPattern(request) === undefined) Object.defineProperty(request, "params", WatchedRoute.params);
  Object.defineProperty(request, "route", WatchedRoute.route);
}

/** The pattern that a watched request matched last; undefined where there was none, or one whose path is `except`. */
export function routeOf(request: RoutedRequest, except?: string): string | undefined {
  return except !== undefined && request.route?.path === except ? undefined : (request as Watched)[watched]?.pattern;
}

/** The parameters as they were found: what `router.param()` calls may write over them. */
function copyOf(params: object | undefined): PathParameters {
  for (const _ in params) return { ...params };
  return noParams;
}

/** The pattern of the mounts around whatever measures, which an application may know of itself. */
function outerPattern(baseUrl: string, app: RoutedRequest["app"]): string {
  const known = (app?.path?.() ?? "").replaceAll(/\/+/g, "/").replace(/\/$/, "");
  const isWhole = known.split("/").length === baseUrl.split("/").length;
  return isWhole ? known : baseUrl.replaceAll(/[^/]+/g, "*");
}

let matchedRoute: symbol | undefined;

/** The path of the mount as it was written, which Express 5.3 and later keep on the request. */
function writtenPattern(request: object): string | undefined {
  if (matchedRoute === undefined || !(matchedRoute in request)) {
    const symbols = Object.getOwnPropertySymbols(request);
    matchedRoute = symbols.find(({ description }) => description === "router.tracing.matchedRoute");
    if (matchedRoute === undefined) return undefined;
  }
  const path = (request as { readonly [matchedRoute]?: unknown })[matchedRoute];
  return path === undefined ? undefined : joined("", pathText(path)).replace(/\/$/, "");
}

function joined(base: string, path: string): string {
  if (path === "/" && base !== "") return base;
  return base + (path.startsWith("/") || path === "" ? path : `/${path}`);
}

/** A route's path, which may also be a regular expression or several paths. */
function pathText(path: unknown): string {
  return Array.isArray(path) ? path.flat(Infinity).map(String).join("|") : String(path);
}
