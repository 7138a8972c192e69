import { type DynamicModule, type FactoryProvider, Inject, Module, type ModuleMetadata } from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";
import { type ExpressExchange, expressMetricsExcept } from "../express/express-metrics.ts";
import { type FastifyExchange, fastifyMetricsBehindHooks } from "../fastify/fastify-metrics.ts";
import type { HttpMetricsOptions } from "../http/request-metrics-options.ts";

/** How the requests of a Nest application are measured; extra labels are asked about what its platform has. */
export type MetricsModuleOptions = HttpMetricsOptions<ExpressExchange | FastifyExchange>;

/** Options that are made by a factory. */
export interface MetricsModuleAsyncOptions
  extends Pick<ModuleMetadata, "imports">, Pick<FactoryProvider<MetricsModuleOptions>, "inject" | "useFactory"> {}

/** Where there is a global prefix, Nest answers that there is nothing by a route of this path below it. */
const notFoundPath = "*path";

const optionsToken = Symbol("options of MetricsModule");

/**
 * Measures the requests of a Nest application on Express or Fastify, and serves its metrics beside it, untouched by global
 * prefixes, guards and interceptors.
 *
 * ```ts
 * @Module({ imports: [MetricsModule.forRoot()] })
 * class AppModule {}
 * ```
 *
 * It counts `http_request_duration_seconds` by method, route and status, and `http_requests_in_flight`. The route is the
 * pattern of the controller's method, prefixes included. Nothing that goes wrong with metrics reaches a request. The
 * application does not start, with a `MetricsError`, if an option is invalid.
 */
export class MetricsModule {
  readonly #host: HttpAdapterHost;
  readonly #options: MetricsModuleOptions;
  #isInstalled = false;

  constructor(host: HttpAdapterHost, options: MetricsModuleOptions) {
    this.#host = host;
    this.#options = options;
    // As soon as the module is made, so that what Nest and the application add comes behind.
    this.configure();
  }

  /** Called by Nest: a module that is made for a test has no platform before. */
  configure(): void {
    const { httpAdapter } = this.#host;
    if (httpAdapter === undefined || this.#isInstalled) return;
    this.#isInstalled = true;
    // Nest's own hooks are there before any module: they answer preflights of CORS, for example.
    if (httpAdapter.getType() === "fastify")
      httpAdapter.getInstance().register(fastifyMetricsBehindHooks, this.#options);
    else httpAdapter.use(expressMetricsExcept(notFoundPath, this.#options));
  }

  static forRoot(options: MetricsModuleOptions = {}): DynamicModule {
    return { module: MetricsModule, providers: [{ provide: optionsToken, useValue: options }] };
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: MetricsModuleAsyncOptions): DynamicModule {
    return { module: MetricsModule, imports, providers: [{ provide: optionsToken, inject, useFactory }] };
  }
}

// What the decorators @Module() and @Inject() do: this package is compiled without those that Nest needs.
Module({})(MetricsModule);
Inject(HttpAdapterHost)(MetricsModule, undefined, 0);
Inject(optionsToken)(MetricsModule, undefined, 1);
