import { specificationKeys } from "../metadata.ts";
import { entryOf } from "../yaml/node.ts";
import { type Check, scalarAt, type Subject } from "./subject.ts";

/** How SigmaHQ begins a file's name, by log source; the most exact one counts. */
const prefixes: readonly {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
  readonly prefix: string;
}[] = [
  { category: "process_creation", product: "windows", prefix: "proc_creation_win_" },
  { category: "process_creation", product: "linux", prefix: "proc_creation_lnx_" },
  { category: "process_creation", product: "macos", prefix: "proc_creation_macos_" },
  { category: "process_access", product: "windows", prefix: "proc_access_win_" },
  { category: "create_remote_thread", product: "windows", prefix: "create_remote_thread_win_" },
  { category: "create_stream_hash", prefix: "create_stream_hash_" },
  { category: "dns_query", product: "windows", prefix: "dns_query_win_" },
  { category: "driver_load", product: "windows", prefix: "driver_load_win_" },
  { category: "file_access", product: "windows", prefix: "file_access_win_" },
  { category: "file_change", product: "windows", prefix: "file_change_win_" },
  { category: "file_delete", product: "windows", prefix: "file_delete_win_" },
  { category: "file_event", product: "windows", prefix: "file_event_win_" },
  { category: "file_event", product: "linux", prefix: "file_event_lnx_" },
  { category: "file_event", product: "macos", prefix: "file_event_macos_" },
  { category: "file_rename", product: "windows", prefix: "file_rename_win_" },
  { category: "image_load", prefix: "image_load_" },
  { category: "network_connection", product: "windows", prefix: "net_connection_win_" },
  { category: "network_connection", product: "linux", prefix: "net_connection_lnx_" },
  { category: "pipe_created", prefix: "pipe_created_" },
  { category: "ps_classic_start", prefix: "posh_pc_" },
  { category: "ps_module", prefix: "posh_pm_" },
  { category: "ps_script", prefix: "posh_ps_" },
  { category: "registry_add", prefix: "registry_add_" },
  { category: "registry_delete", prefix: "registry_delete_" },
  { category: "registry_event", prefix: "registry_event_" },
  { category: "registry_set", prefix: "registry_set_" },
  { product: "aws", prefix: "aws_" },
  { product: "azure", prefix: "azure_" },
  { product: "gcp", prefix: "gcp_" },
  { product: "m365", prefix: "microsoft365_" },
  { product: "okta", prefix: "okta_" },
  { product: "onelogin", prefix: "onelogin_" },
  { product: "linux", service: "auditd", prefix: "lnx_auditd_" },
  { product: "windows", service: "security", prefix: "win_security_" },
  { product: "windows", service: "system", prefix: "win_system_" },
];

export const checkFileName: Check = (subject) => {
  const { file, index, root, report } = subject;
  if (index !== 0) return;
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  if (!/^[a-z0-9_]+\.ya?ml$/.test(name)) {
    report.info(
      0,
      "filename-form",
      `The file name '${name}' holds more than lower-case letters, digits and '_'.`,
      "Write for instance proc_creation_win_whoami.yml.",
    );
  } else if (name.endsWith(".yaml")) {
    report.info(0, "filename-form", `The file name '${name}' ends in .yaml.`, "Sigma rules end in .yml.");
  }
  if (name.length < 10 || name.length > 90) {
    report.info(
      0,
      "filename-length",
      `The file name '${name}' has ${name.length} characters.`,
      "Keep it between 10 and 90.",
    );
  }
  const prefix = expectedPrefix(subject);
  if (prefix !== undefined && !name.startsWith(prefix)) {
    report.info(
      0,
      "filename-prefix",
      `The file name '${name}' doesn't show its log source.`,
      `Begin it with ${prefix}.`,
    );
  }
  if (entryOf(root, "correlation") === undefined && subject.text.includes("\r\n")) {
    report.info(subject.text.indexOf("\r\n"), "line-break", "Lines end with CR LF.", "Use LF alone.");
  }
};

function expectedPrefix({ root }: Subject): string | undefined {
  const logsource = entryOf(root, "logsource")?.value;
  if (logsource?.kind !== "map" || entryOf(root, "filter")) return undefined;
  const of = (key: string) => scalarAt(logsource, key)?.text;
  return prefixes.find(
    ({ category, product, service }) =>
      (category === undefined || category === of("category")) &&
      (product === undefined || product === of("product")) &&
      (service === undefined || service === of("service")),
  )?.prefix;
}

/** Top-level keys that are a slip for one of the specification's. */
export const checkKeys: Check = ({ root, report }) => {
  for (const { key, keyAt } of root.entries) {
    if (specificationKeys.has(key)) continue;
    const meant = byBareKey.get(bare(key));
    if (meant) report.warning(keyAt, "key-misspelt", `'${key}' is not a key of the specification.`, `Write ${meant}.`);
  }
};

/** The key without what slips are made in: case, signs between words, the plural. */
function bare(key: string): string {
  return key
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/s$/, "");
}

const byBareKey = new Map([...specificationKeys].map((key) => [bare(key), key]));

export const checkLogSource: Check = ({ root, report }) => {
  const logsource = entryOf(root, "logsource")?.value;
  if (logsource?.kind !== "map") return;
  for (const { key, keyAt, value } of logsource.entries) {
    if (!["category", "product", "service", "definition"].includes(key)) {
      report.info(
        keyAt,
        "logsource-key",
        `'${key}' is no key of a log source.`,
        "Use category, product, service and definition.",
      );
    } else if (key !== "definition" && value.kind === "scalar" && !/^[a-z0-9_.-]*$/.test(value.text)) {
      report.warning(
        value.at,
        "logsource-form",
        `'${value.text}' is not written as log sources are.`,
        "Use lower case, and '_' for spaces.",
      );
    }
  }
};
