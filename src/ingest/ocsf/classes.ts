/** What OCSF 1.9.0 says of the classes that records are mapped to. */
export interface OcsfClass {
  readonly uid: number;
  readonly caption: string;
  readonly category: CategoryUid;
  readonly activities: Readonly<Record<string, number>>;
  /** Attributes that must be there, besides those that every event has. */
  readonly required: readonly string[];
  /** Of each group one must be there. */
  readonly oneOf: readonly (readonly string[])[];
}

export const categories = {
  0: "Uncategorized",
  1: "System Activity",
  2: "Findings",
  3: "Identity & Access Management",
  4: "Network Activity",
  6: "Application Activity",
} as const;
export type CategoryUid = keyof typeof categories;

export const severities: Readonly<Record<number, string>> = {
  0: "Unknown",
  1: "Informational",
  2: "Low",
  3: "Medium",
  4: "High",
  5: "Critical",
  6: "Fatal",
  99: "Other",
};

/** Every class has these two; the source's own word stands in `activity_name` for the second. */
const everywhere = { Unknown: 0, Other: 99 };

/** Captions of activities, numbered from 1. */
function activities(captions: string): Readonly<Record<string, number>> {
  return { ...Object.fromEntries(captions.split(", ").map((caption, index) => [caption, index + 1])), ...everywhere };
}

export const classes = {
  base_event: { uid: 0, caption: "Base Event", category: 0, activities: everywhere, required: [], oneOf: [] },
  file_activity: {
    uid: 1001,
    caption: "File System Activity",
    category: 1,
    activities: activities(
      "Create, Read, Update, Delete, Rename, Set Attributes, Set Security, Get Attributes, Get Security, Encrypt, Decrypt, Mount, Unmount, Open",
    ),
    required: ["device", "actor", "file"],
    oneOf: [],
  },
  module_activity: {
    uid: 1005,
    caption: "Module Activity",
    category: 1,
    activities: activities("Load, Unload, Invoke"),
    required: ["device", "actor", "module"],
    oneOf: [],
  },
  scheduled_job_activity: {
    uid: 1006,
    caption: "Scheduled Job Activity",
    category: 1,
    activities: activities("Create, Update, Delete, Enable, Disable, Start"),
    required: ["device", "job"],
    oneOf: [],
  },
  process_activity: {
    uid: 1007,
    caption: "Process Activity",
    category: 1,
    activities: activities("Launch, Terminate, Open, Inject, Set User ID"),
    required: ["device", "actor", "process"],
    oneOf: [],
  },
  event_log_activity: {
    uid: 1008,
    caption: "Event Log Activity",
    category: 1,
    activities: activities("Clear, Delete, Export, Archive, Rotate, Start, Stop, Restart, Enable, Disable"),
    required: [],
    oneOf: [["log_file", "log_name", "log_provider", "log_type", "log_type_id"]],
  },
  script_activity: {
    uid: 1009,
    caption: "Script Activity",
    category: 1,
    activities: activities("Execute"),
    required: ["device", "actor", "script"],
    oneOf: [],
  },
  registry_key_activity: {
    uid: 201_001,
    caption: "Registry Key Activity",
    category: 1,
    activities: activities("Create, Read, Modify, Delete, Rename, Set Security, Restore, Import, Export"),
    required: ["device", "actor", "reg_key"],
    oneOf: [],
  },
  registry_value_activity: {
    uid: 201_002,
    caption: "Registry Value Activity",
    category: 1,
    activities: activities("Get, Set, Modify, Delete"),
    required: ["device", "actor", "reg_value"],
    oneOf: [],
  },
  windows_service_activity: {
    uid: 201_004,
    caption: "Windows Service Activity",
    category: 1,
    activities: activities("Create, Reconfigure, Start, Stop, Pause, Continue, Delete"),
    required: ["device", "actor", "win_service"],
    oneOf: [],
  },
  detection_finding: {
    uid: 2004,
    caption: "Detection Finding",
    category: 2,
    activities: activities("Create, Update, Close"),
    required: ["finding_info"],
    oneOf: [],
  },
  account_change: {
    uid: 3001,
    caption: "Account Change",
    category: 3,
    activities: activities(
      "Create, Enable, Password Change, Password Reset, Disable, Delete, Attach Policy, Detach Policy, Lock, MFA Factor Enable, MFA Factor Disable, Unlock",
    ),
    required: ["user"],
    oneOf: [],
  },
  authentication: {
    uid: 3002,
    caption: "Authentication",
    category: 3,
    activities: activities(
      "Logon, Logoff, Authentication Ticket, Service Ticket Request, Service Ticket Renew, Preauth",
    ),
    required: ["user"],
    oneOf: [["service", "dst_endpoint"]],
  },
  network_activity: {
    uid: 4001,
    caption: "Network Activity",
    category: 4,
    activities: activities("Open, Close, Reset, Fail, Refuse, Traffic, Listen"),
    required: [],
    oneOf: [["src_endpoint", "dst_endpoint"]],
  },
  http_activity: {
    uid: 4002,
    caption: "HTTP Activity",
    category: 4,
    activities: activities("Connect, Delete, Get, Head, Options, Post, Put, Trace, Patch"),
    required: [],
    oneOf: [
      ["src_endpoint", "dst_endpoint"],
      ["http_request", "http_response"],
    ],
  },
  dns_activity: {
    uid: 4003,
    caption: "DNS Activity",
    category: 4,
    activities: { Query: 1, Response: 2, Traffic: 6, ...everywhere },
    required: [],
    oneOf: [["src_endpoint", "dst_endpoint"]],
  },
  api_activity: {
    uid: 6003,
    caption: "API Activity",
    category: 6,
    activities: activities("Create, Read, Update, Delete"),
    required: ["actor", "api", "src_endpoint"],
    oneOf: [],
  },
} as const satisfies Record<string, OcsfClass>;

export type OcsfClassName = keyof typeof classes;
export const classNames = Object.keys(classes) as OcsfClassName[];

/** What objects must hold wherever they occur, by the name of the attribute that holds them. */
export const objectRequirements: Readonly<
  Record<string, { readonly required: readonly string[]; readonly oneOf: readonly (readonly string[])[] }>
> = {
  metadata: { required: ["product", "version"], oneOf: [] },
  product: { required: [], oneOf: [["name", "uid"]] },
  device: { required: ["type_id"], oneOf: [["ip", "uid", "name", "hostname", "instance_uid", "interface_uid"]] },
  actor: { required: [], oneOf: [["process", "user", "session", "app_name", "app_uid"]] },
  user: { required: [], oneOf: [["account", "name", "uid"]] },
  process: { required: [], oneOf: [["pid", "uid", "cpid"]] },
  parent_process: { required: [], oneOf: [["pid", "uid", "cpid"]] },
  file: { required: ["name", "type_id"], oneOf: [] },
  reg_key: { required: ["path"], oneOf: [] },
  reg_value: { required: ["name"], oneOf: [] },
  src_endpoint: { required: [], oneOf: [["ip", "uid", "name", "hostname", "svc_name", "domain"]] },
  dst_endpoint: { required: [], oneOf: [["ip", "uid", "name", "hostname", "svc_name", "domain"]] },
  connection_info: { required: ["direction_id"], oneOf: [] },
  query: { required: ["hostname"], oneOf: [] },
  api: { required: ["operation"], oneOf: [] },
  finding_info: { required: ["uid"], oneOf: [] },
  service: { required: [], oneOf: [["name", "uid"]] },
  job: { required: [], oneOf: [["name", "type_id"]] },
  script: { required: ["script_content", "type_id"], oneOf: [] },
  win_service: {
    required: ["name"],
    oneOf: [
      [
        "cmd_line",
        "service_category_id",
        "service_dependencies",
        "service_error_control_id",
        "service_start_name",
        "service_start_type_id",
        "service_type_id",
      ],
    ],
  },
};
