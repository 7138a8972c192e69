// An exporter of 10,000 series. It tells its URL, and answers each message with the bytes that it has in use after a garbage
// collection.
import { startExporter } from "exporterkit";

const many = {
  name: "many",
  collect(scrape) {
    const gauge = scrape.gauge({ name: "many", help: "Many.", labelNames: ["i"] });
    for (let i = 0; i < 10_000; i++) gauge.set({ i }, Math.random());
  },
};

const exporter = await startExporter({ collectors: [many], listenAddress: "127.0.0.1:0" });
process.on("message", () => {
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send({ bytes: heapUsed + arrayBuffers });
});
process.send({ url: exporter.url });
