import { at, json, text, type Sample } from "./sample.ts";

export const otherSamples: readonly Sample[] = [
  json(
    "ECS",
    "ecs/windows/process/start (ecs)",
    {
      "@timestamp": at,
      ecs: { version: "8.0" },
      event: { category: ["process"], type: ["start"] },
      host: { name: "pc1", os: { type: "windows" } },
    },
    at,
    "pc1",
  ),
  json(
    "OCSF",
    "ocsf/linux/process/1 (ocsf)",
    {
      class_uid: 1007,
      category_uid: 1,
      activity_id: 1,
      metadata: {},
      time: 1709287200000,
      device: { hostname: "web1", os: { type_id: 200 } },
    },
    at,
    "web1",
  ),
  json(
    "OpenCanary",
    "opencanary (json)",
    { logtype: 4000, logdata: {}, node_id: "canary", utc_time: "2024-03-01 10:00:00.000000" },
    at,
    "canary",
  ),
  text(
    "access-log",
    "an access log",
    "webserver (access-log)",
    { time: "01/Mar/2024:10:00:00 +0000", "cs-method": "GET", "cs-host": "example.org" },
    at,
    "example.org",
  ),
  text(
    "w3c",
    "IIS",
    "webserver (w3c)",
    { date: "2024-03-01", time: "10:00:00", "cs-method": "GET", "s-ip": "10.0.0.2" },
    at,
    "10.0.0.2",
  ),
  text("text", "a line of text", "text (line)", { message: "something happened" }),
  json(
    "nginx in JSON",
    "nginx-json (method-and-uri)",
    {
      time_iso8601: "2024-03-01T10:00:00+00:00",
      remote_addr: "203.0.113.1",
      request_method: "GET",
      request_uri: "/a?b=c",
      status: 200,
      http_host: "example.org",
    },
    at,
    "example.org",
  ),
  json(
    "nginx in JSON, the request in one",
    "nginx-json (request-line)",
    { time_local: "01/Mar/2024:10:00:00 +0000", remote_addr: "203.0.113.1", request: "GET /a HTTP/1.1", status: "200" },
    at,
  ),
];
