/** What of an event its row has columns for, in OCSF's sense. What is unknown is "" or 0. */
export interface HotValues {
  readonly class: number;
  readonly activity: number;
  readonly severity: number;
  readonly code: string;
  readonly host: string;
  readonly user: string;
  readonly process: string;
  readonly cmd: string;
  readonly parent: string;
  readonly parent_cmd: string;
  readonly file: string;
  readonly hash: readonly string[];
  readonly src_ip: string;
  readonly src_port: number;
  readonly dst_ip: string;
  readonly dst_port: number;
  readonly domain: string;
  readonly url: string;
  readonly action: string;
  readonly outcome: string;
}

export type HotText = Exclude<keyof HotValues, "class" | "activity" | "hash">;

/**
 * Column → attributes, as dotted paths: the first that says something is the column's value. A path is read in the
 * event as `normalise` gives it.
 */
export const hotPaths: Readonly<Record<HotText, readonly string[]>> = {
  severity: ["severity_id"],
  code: ["metadata.event_code"],
  host: ["device.hostname"],
  user: ["user.name", "user.email_addr", "actor.user.name", "actor.user.email_addr", "process.user.name"],
  process: ["actor.process.file.path", "process.file.path", "actor.process.name", "process.name"],
  cmd: ["actor.process.cmd_line", "process.cmd_line", "win_service.cmd_line", "job.cmd_line"],
  parent: ["actor.process.parent_process.file.path", "process.parent_process.file.path"],
  parent_cmd: ["actor.process.parent_process.cmd_line", "process.parent_process.cmd_line"],
  file: ["file.path", "module.file.path", "script.file.path"],
  src_ip: ["src_endpoint.ip"],
  src_port: ["src_endpoint.port"],
  dst_ip: ["dst_endpoint.ip"],
  dst_port: ["dst_endpoint.port"],
  domain: ["query.hostname", "http_request.url.hostname", "dst_endpoint.hostname", "dst_endpoint.domain"],
  url: ["http_request.url.url_string", "http_request.url.path"],
  action: ["action", "api.operation", "disposition", "http_request.http_method"],
  outcome: ["status", "status_id", "rcode", "http_response.code", "status_detail"],
};

/** Of a process that was started, what is asked for is itself and not whoever started it. */
export const launchPaths: Readonly<Partial<Record<HotText, readonly string[]>>> = {
  user: ["process.user.name", "actor.user.name", "user.name"],
  process: ["process.file.path", "process.name"],
  cmd: ["process.cmd_line"],
  parent: ["process.parent_process.file.path", "actor.process.file.path", "process.parent_process.name"],
  parent_cmd: ["process.parent_process.cmd_line", "actor.process.cmd_line"],
};

/** Lists of OCSF's fingerprints; all of their values are the column's. */
export const hashPaths: readonly string[] = ["process.file.hashes", "file.hashes", "module.file.hashes"];
