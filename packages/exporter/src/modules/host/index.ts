export type { HostPaths } from "./host-paths.ts";
export { hostCollectors, type HostOptions } from "./host.ts";
