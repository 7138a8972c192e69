// A Prometheus exporter for nginx: what its stub_status page says, on http://localhost:9113/metrics.
import { runExporter } from "exporterkit";
import { nginxCollector } from "./nginx-collector.ts";

const { NGINX_STATUS = "http://127.0.0.1:8080/stub_status", LISTEN_ADDRESS = ":9113" } = process.env;

process.exitCode = await runExporter({
  title: "nginx exporter",
  collectors: [nginxCollector(NGINX_STATUS)],
  listenAddress: LISTEN_ADDRESS,
});
