/** How this process is doing: for probes, for Prometheus, and for people. */
export { createStatus, type Status, type StatusOptions } from "./create-status.ts";
export { type PartStatus, type StatusReport } from "./contract.ts";
export { observePlatform, type PlatformObserver } from "./observe-platform.ts";
export { permissions } from "./permissions.ts";
