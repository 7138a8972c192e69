export { freePort } from "../../packages/exporter/src/modules/logs/fixtures/free-port.ts";
