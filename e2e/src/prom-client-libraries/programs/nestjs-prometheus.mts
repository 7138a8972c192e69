import { takes } from "./clock.cjs";
import "reflect-metadata";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Controller, Get, Injectable, Module, NotFoundException, Param, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  InjectMetric,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
  makeSummaryProvider,
  PrometheusController,
  PrometheusModule,
} from "@willsoto/nestjs-prometheus";
import * as client from "prom-client";
import { Counter, Gauge, Histogram, register, Summary } from "prom-client";
import report from "./report.cjs";

const pushed: Record<string, unknown> = {};
const gateway = createServer(async (request, response) => {
  const text = Buffer.concat(await request.toArray()).toString();
  pushed[`${request.method} ${request.url}`] = { contentType: request.headers["content-type"], text };
  response.end();
}).listen(0);
await once(gateway, "listening");

@Injectable()
class Stock {
  async count(): Promise<number> {
    return 42;
  }
}

@Controller()
class ShopController {
  constructor(
    @InjectMetric("orders_total") readonly orders: Counter<string>,
    @InjectMetric("basket_items") readonly basket: Histogram<string>,
    @InjectMetric("shipping_seconds") readonly shipping: Summary<string>,
    @InjectMetric("open_carts") readonly carts: Gauge,
    readonly pushgateway: client.Pushgateway<client.PrometheusContentType>,
  ) {}

  @Get("orders/:id")
  order(@Param("id") id: string): string {
    if (id === "0") throw new NotFoundException();
    this.orders.inc({ country: "de" });
    this.basket.labels("de").observe(Number(id));
    this.carts.dec();
    const end = this.shipping.startTimer();
    takes(Number(id) * 100);
    end();
    return "ordered";
  }

  @Get("push")
  async push(): Promise<string> {
    await this.pushgateway.pushAdd({ jobName: "shop", groupings: { instance: "one" } });
    return "pushed";
  }
}

@Controller()
class PageController extends PrometheusController {
  @Get()
  override async index(@Res({ passthrough: true }) response: unknown): Promise<string> {
    return `${await super.index(response)}# Served by the shop\n`;
  }
}

@Module({
  imports: [
    PrometheusModule.register({
      path: "/mymetrics",
      controller: PageController,
      defaultLabels: { app: "My app" },
      defaultMetrics: { enabled: true, config: { prefix: "shop_" } },
      pushgateway: { url: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}` },
    }),
  ],
  controllers: [ShopController],
  providers: [
    Stock,
    makeCounterProvider({ name: "orders_total", help: "Orders.", labelNames: ["country"] }),
    makeHistogramProvider({ name: "basket_items", help: "Items.", labelNames: ["country"], buckets: [1, 3, 10] }),
    makeSummaryProvider({ name: "shipping_seconds", help: "Shipping.", percentiles: [0.5, 0.9], maxAgeSeconds: 600 }),
    makeGaugeProvider({ name: "open_carts", help: "Carts." }),
    makeGaugeProvider({
      name: "stock",
      help: "Things in stock.",
      inject: [Stock],
      async collect(stock: Stock) {
        this.set(await stock.count());
      },
    }),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0);
const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
for (const id of [1, 2, 5, 20, 0]) await report.fetchPage(`${url}/orders/${id}`);
await report.fetchPage(`${url}/push`);
const page = await report.ofPage(`${url}/mymetrics`);
report.print({ page, ...pushed, register: await report.ofRegistry(register) });
