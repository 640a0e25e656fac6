import type { JsonObject } from "#sigma";
import { lanes as windowsLanes } from "../sigma/lanes.ts";
import { type Random, timeOf } from "../sigma/random.ts";

/** A kind of traffic that the bench makes: the same lines in every run. */
export interface KindLane {
  readonly name: string;
  /** One record as it stands in its file, without line end. */
  line(random: Random, number: number): string;
}

const windows = (name: string) => windowsLanes.find((lane) => lane.name === name)!;
const json = (name: string, body: (random: Random, number: number) => JsonObject): KindLane => ({
  name,
  line: (random, number) => JSON.stringify(body(random, number)),
});

export const kindLanes: readonly KindLane[] = [
  json("Sysmon, flat", windows("structured").event),
  json("Windows Event JSON", windows("raw").event),
  json("winlogbeat", (random, number) => ({
    "@timestamp": iso(number),
    "@metadata": { beat: "winlogbeat", version: "8.12.0" },
    message: random.fill("Process Create: {word} {word}"),
    event: { code: "1", kind: "event", provider: "Microsoft-Windows-Sysmon" },
    host: { name: random.fill("{host}"), os: { type: "windows" } },
    log: { level: "information" },
    winlog: {
      channel: "Microsoft-Windows-Sysmon/Operational",
      event_id: "1",
      computer_name: random.fill("{host}"),
      event_data: { Image: random.fill("C:\\{word}.exe"), CommandLine: random.fill("{word} {word} {hex}") },
    },
    ecs: { version: "8.0.0" },
  })),
  json("CloudTrail", (random, number) => ({
    eventVersion: "1.09",
    userIdentity: {
      type: "IAMUser",
      arn: random.fill("arn:aws:iam::123456789012:user/{user}"),
      accountId: "123456789012",
    },
    eventTime: iso(number),
    eventSource: random.pick(["ec2.amazonaws.com", "s3.amazonaws.com", "iam.amazonaws.com"]),
    eventName: random.pick(["DescribeInstances", "GetObject", "ListUsers", "AssumeRole"]),
    awsRegion: "eu-west-1",
    sourceIPAddress: random.fill("{ip}"),
    userAgent: "aws-cli/2.15.0",
    ...(random.next() < 0.2 && { errorCode: "AccessDenied", errorMessage: "no" }),
    requestParameters: { name: random.word() },
    responseElements: null,
    ...(random.next() < 0.5 && { additionalEventData: { SignatureVersion: "SigV4" } }),
    requestID: random.guid(),
    eventID: random.guid(),
    readOnly: true,
    ...(random.next() < 0.5 && { resources: [{ ARN: random.fill("arn:aws:s3:::{word}") }] }),
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: "123456789012",
    eventCategory: "Management",
    ...(random.next() < 0.6 && { tlsDetails: { tlsVersion: "TLSv1.3" } }),
  })),
  json("Okta", (random, number) => ({
    actor: { id: random.hex(20), type: "User", alternateId: random.fill("{user}@corp.example") },
    client: { ipAddress: random.fill("{ip}"), userAgent: { rawUserAgent: "Mozilla/5.0" } },
    authenticationContext: { externalSessionId: random.hex(16) },
    displayMessage: "User login to Okta",
    eventType: random.pick(["user.session.start", "user.authentication.sso", "policy.evaluate_sign_on"]),
    outcome: { result: "SUCCESS" },
    published: iso(number),
    securityContext: { isProxy: false },
    severity: "INFO",
    debugContext: { debugData: { requestId: random.hex(20) } },
    transaction: { type: "WEB", id: random.hex(20) },
    uuid: random.guid(),
    version: "0",
    target: [],
  })),
  json("Cloudflare HTTP", (random, number) => ({
    CacheCacheStatus: "miss",
    ClientASN: 64_500,
    ClientCountry: "de",
    ClientIP: random.fill("{ip}"),
    ClientRequestBytes: random.below(5_000),
    ClientRequestHost: "www.corp.example",
    ClientRequestMethod: random.pick(["GET", "POST"]),
    ClientRequestPath: random.fill("/{word}/{word}"),
    ClientRequestProtocol: "HTTP/2",
    ClientRequestReferer: "",
    ClientRequestURI: random.fill("/{word}/{word}?q={hex}"),
    ClientRequestUserAgent: "Mozilla/5.0 (X11; Linux x86_64)",
    EdgeColoCode: "FRA",
    EdgeEndTimestamp: iso(number),
    EdgeResponseBytes: random.below(90_000),
    EdgeResponseStatus: 200,
    EdgeStartTimestamp: iso(number),
    OriginIP: random.fill("{ip}"),
    OriginResponseStatus: 200,
    RayID: random.hex(16),
    SecurityLevel: "med",
    ZoneID: 1,
  })),
  json("Google Cloud", (random, number) => ({
    protoPayload: {
      "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
      serviceName: "compute.googleapis.com",
      methodName: "v1.compute.instances.list",
      authenticationInfo: { principalEmail: random.fill("{user}@corp.example") },
    },
    insertId: random.hex(12),
    resource: { type: "gce_instance", labels: { project_id: "p" } },
    timestamp: iso(number),
    severity: "NOTICE",
    logName: "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
    receiveTimestamp: iso(number),
  })),
  json("Zeek", (random, number) => ({
    _path: random.pick(["conn", "dns"]),
    ts: 1_740_960_000 + number / 100,
    uid: `C${random.hex(16)}`,
    "id.orig_h": random.fill("{ip}"),
    "id.orig_p": random.below(60_000),
    "id.resp_h": random.fill("{ip}"),
    "id.resp_p": 443,
    proto: "tcp",
    conn_state: "SF",
    orig_bytes: random.below(9_000),
    ...(random.next() < 0.5 && { service: "ssl", history: "ShADad" }),
  })),
  json("ECS", (random, number) => ({
    "@timestamp": iso(number),
    agent: { type: "endpoint", version: "8.12.0" },
    ecs: { version: "8.10.0" },
    event: { category: ["process"], type: ["start"], kind: "event" },
    host: { name: random.fill("{host}"), os: { type: "linux" } },
    process: {
      pid: random.below(9_000),
      executable: random.fill("/usr/bin/{word}"),
      command_line: random.fill("{word} -x"),
    },
    user: { name: random.fill("{user}") },
  })),
  json("OCSF", (random, number) => ({
    activity_id: 1,
    category_uid: 1,
    class_uid: 1007,
    time: 1_740_960_000_000 + number,
    metadata: { product: { name: "x" }, version: "1.3.0" },
    device: { hostname: random.fill("{host}"), os: { type_id: 200, type: "Linux" } },
    process: { pid: random.below(9_000), file: { path: random.fill("/usr/bin/{word}") }, cmd_line: "x -y" },
    severity_id: 1,
    type_uid: 100_701,
  })),
  json("JSON that nobody knows", (random, number) => ({
    level: "info",
    when: iso(number),
    component: random.word(),
    text: random.fill("{word} {word} {word}"),
    request_id: random.guid(),
    ...(random.next() < 0.5 && { elapsed: random.below(900) }),
  })),
  json("JSON with a message", windows("syslog").event),
  {
    name: "sshd in syslog",
    line: (random, number) =>
      random.fill(
        `<38>${bsd(number)} {host} sshd[{number}]: Accepted publickey for {user} from {ip} port {number} ssh2`,
      ),
  },
  {
    name: "an unknown program in syslog",
    line: (random, number) =>
      random.fill(`<30>${bsd(number)} {host} ${random.pick(services)}[{number}]: {word} {word} took {number} ms`),
  },
  {
    name: "Linux audit",
    line: (random, number) =>
      random.fill(
        `type=SYSCALL msg=audit(${1_740_960_000 + number}.123:${number}): arch=c000003e syscall=59 success=yes exit=0 a0=55 a1=56 items=2 ppid={number} pid={number} auid=1000 uid=0 comm="{word}" exe="/usr/bin/{word}" key="exec"`,
      ),
  },
  {
    name: "an access log",
    line: (random) =>
      random.fill(
        `{ip} - - [03/Mar/2025:10:00:00 +0000] "GET /{word}/{word}?q={hex} HTTP/1.1" 200 {number} "-" "Mozilla/5.0 (X11; Linux x86_64)"`,
      ),
  },
  {
    name: "lines of text",
    line: (random) => random.fill("{word} {word}: {word} took {number} ms on {host}, {word} {word}"),
  },
];

const services = ["containerd", "kubelet", "chronyd", "dockerd", "haproxy", "postfix/smtpd", "prometheus", "own-agent"];

function iso(number: number): string {
  return `${timeOf(number).replace(" ", "T")}Z`;
}

function bsd(number: number): string {
  return `Mar  3 ${timeOf(number).slice(11, 19)}`;
}
