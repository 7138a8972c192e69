export { collectOnce, type StartedCollector, startCollector, type TestScrape } from "./started-collector.ts";
