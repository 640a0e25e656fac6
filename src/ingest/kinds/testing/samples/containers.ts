import { at, json, text, type Sample } from "./sample.ts";

export const containersSamples: readonly Sample[] = [
  json(
    "Docker",
    "container (docker)",
    { log: "evil happened\n", stream: "stderr", time: `${at.slice(0, -1)}.000000000Z` },
    at,
  ),
  text(
    "text",
    "containerd",
    "container (cri)",
    { message: `${at.slice(0, -1)}.000000000Z stdout F evil happened` },
    at,
  ),
  json(
    "Falco",
    "falco/syscall (json)",
    {
      hostname: "node1",
      output: "x",
      priority: "Warning",
      rule: "Terminal shell in container",
      source: "syscall",
      tags: ["container"],
      time: at,
      output_fields: { "proc.name": "bash", "user.name": "root" },
    },
    at,
    "node1",
  ),
  json(
    "a Kubernetes audit event out of a list",
    "kubernetes (audit-item)",
    {
      level: "Metadata",
      auditID: "x",
      stage: "ResponseComplete",
      requestURI: "/api/v1/namespaces/default/pods",
      verb: "create",
      user: { username: "ada" },
      objectRef: { resource: "pods", name: "p" },
      stageTimestamp: at,
    },
    at,
    "p",
  ),
  json(
    "osquery",
    "osquery (event)",
    { name: "q", hostIdentifier: "web1", unixTime: 1709287200, action: "added", columns: { path: "/usr/bin/id" } },
    at,
    "web1",
  ),
  json(
    "a snapshot of osquery",
    "osquery (snapshot)",
    { name: "q", hostIdentifier: "web1", unixTime: 1709287200, action: "snapshot", snapshot: [{ path: "/a" }] },
    at,
    "web1",
  ),
];
