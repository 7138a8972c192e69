// A Prometheus exporter for nginx: what its stub_status page says, on http://localhost:9113/metrics.
import { startExporter } from "exporterkit";
import { nginxCollector } from "./nginx-collector.ts";

const { NGINX_STATUS = "http://127.0.0.1:8080/stub_status", LISTEN_ADDRESS = ":9113" } = process.env;

const exporter = await startExporter({
  title: "nginx exporter",
  collectors: [nginxCollector(NGINX_STATUS)],
  listenAddress: LISTEN_ADDRESS,
});
console.log(`Serving metrics on ${exporter.url}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void exporter.stop());
