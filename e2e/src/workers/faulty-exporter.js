// An exporter of which all collectors but one do what collectors should not. It tells its URL, and answers each message with
// the bytes that it has in use after a garbage collection; "few" has the collector of a million series make one from then on.
import { startExporter } from "exporterkit";

let series = 1_000_000;

const collectors = [
  {
    name: "fine",
    collect: (scrape) => void scrape.gauge({ name: "fine_value", help: "Fine." }).set(1),
  },
  { name: "hangs", collect: () => new Promise(() => {}) },
  {
    name: "throws",
    collect() {
      throw new Error("thrown");
    },
  },
  { name: "throws_nothing", collect: () => Promise.reject() },
  {
    name: "garbage",
    collect(scrape) {
      scrape.gauge({ name: "garbage_value", help: "Goes with the rest." }).set(1);
      scrape.gauge({ name: "not a name", help: "Garbage." }).set("text");
    },
  },
  {
    name: "deaf",
    async collect(scrape) {
      // It goes on after its signal, and makes metrics that nobody may see.
      await new Promise((resolve) => scrape.signal.addEventListener("abort", resolve));
      for (let i = 0; i < 1000; i++) scrape.gauge({ name: `deaf_${i}`, help: "Late." }).set(1);
    },
  },
  {
    name: "million",
    async collect(scrape) {
      const gauge = scrape.gauge({ name: "million", help: "Many.", labelNames: ["i"] });
      for (let i = 0; i < series; i++) gauge.set({ i }, i);
    },
  },
];

const exporter = await startExporter({ collectors, listenAddress: "127.0.0.1:0" });
process.on("message", (message) => {
  if (message === "few") series = 1;
  globalThis.gc();
  // Buffers are freed beside the program; another collection waits for that.
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send({ bytes: heapUsed + arrayBuffers });
});
process.once("SIGTERM", () => exporter.stop().then(() => process.disconnect()));
process.send({ url: exporter.url });
