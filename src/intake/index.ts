/** What comes in live: sources, the doors they send to, and what could not be read. */
export type * from "./contract.ts";
export { createIntake, type Intake, type IntakeOptions, type StartedIntake } from "./create-intake.ts";
export { greetElastic } from "./doors/elastic-http.ts";
export { permissions } from "./permissions.ts";
export type { SourceHealth } from "./source-schema.ts";
export type { SourceRecord } from "./store.ts";
export type { SyslogOptions } from "./syslog/start-syslog.ts";
