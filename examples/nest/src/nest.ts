// Hello world on Nest, with its metrics beside it on the same port.
import { setTimeout } from "node:timers/promises";
import { Counter, Gauge, timed } from "@exporterkit/client";
import { MetricsModule } from "@exporterkit/client/nest";
import { Controller, Get, Module, Param } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

const lastResponse = new Gauge({
  name: "last_response_seconds",
  help: "Time that the last page took, in seconds.",
});

new Counter({
  name: "uptime_seconds_total",
  help: "Time that the application has been up, in seconds.",
  collect() {
    this.setTotal(process.uptime());
  },
});

@Controller()
class Pages {
  @Get()
  @timed(lastResponse)
  async hello(): Promise<string> {
    await setTimeout(Math.random() * 300);
    return "Hello, world\n";
  }

  @Get("users/:name")
  @timed(lastResponse)
  async user(@Param("name") name: string): Promise<string> {
    await setTimeout(Math.random() * 300);
    return `Hello, ${name}\n`;
  }
}

@Module({ imports: [MetricsModule.forRoot()], controllers: [Pages] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
await app.listen(Number(process.env["PORT"] ?? 8080));
console.log(app.getHttpServer().address());
