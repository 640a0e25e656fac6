import type { JsonObject } from "#sigma";
import type { Sample } from "./sample.ts";

const at = "2025-03-04T05:06:07.891Z";
const azure = (category: string, operationName: string, more: JsonObject): JsonObject => ({
  time: at,
  resourceId: "/tenants/t",
  category,
  operationName,
  ...more,
});
const audit = (operationName: string, target: JsonObject): JsonObject =>
  azure("AuditLogs", operationName, {
    properties: {
      result: "success",
      initiatedBy: { user: { userPrincipalName: "ada@example.org", id: "u1", ipAddress: "192.0.2.7" } },
      targetResources: [target],
      loggedByService: "Core Directory",
    },
  });
const m365 = (Operation: string, more: JsonObject): JsonObject => ({
  CreationTime: "2025-03-04T05:06:07",
  Id: "m-1",
  Operation,
  RecordType: 1,
  Workload: "Exchange",
  OrganizationId: "o",
  UserId: "ada@example.org",
  ...more,
});

export const platformSamples: readonly Sample[] = [
  {
    of: "Entra ID sign-in",
    body: azure("SignInLogs", "Sign-in activity", {
      resultType: "50126",
      resultDescription: "Invalid username or password.",
      callerIpAddress: "192.0.2.7",
      properties: { userPrincipalName: "ada@example.org", userId: "u1", appDisplayName: "Portal" },
    }),
    type: "Authentication: Logon",
    says: { status_id: 2, "user.name": "ada@example.org", "service.name": "Portal", "src_endpoint.ip": "192.0.2.7" },
  },
  {
    of: "Entra ID account",
    body: audit("Add user", { id: "u2", userPrincipalName: "eve@example.org", displayName: "Eve" }),
    type: "Account Change: Create",
    says: { "user.name": "eve@example.org", "actor.user.name": "ada@example.org", status_id: 1 },
  },
  {
    of: "Entra ID audit",
    body: audit("Add owner to application", { id: "a1", displayName: "App" }),
    type: "API Activity: Create",
    says: { "api.operation": "Add owner to application", "src_endpoint.ip": "192.0.2.7" },
  },
  {
    of: "Azure activity",
    body: azure("Administrative", "MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE", {
      callerIpAddress: "192.0.2.7",
      resultType: "Success",
      identity: { claims: { name: "Ada" } },
      properties: {},
    }),
    type: "API Activity: Delete",
    says: { "actor.user.name": "Ada", status_id: 1 },
  },
  {
    of: "Entra ID risk",
    body: {
      id: "r1",
      riskEventType: "anonymizedIPAddress",
      detectedDateTime: at,
      riskLevel: "high",
      ipAddress: "192.0.2.7",
    },
    type: "Detection Finding: Create",
    says: { "finding_info.title": "anonymizedIPAddress", severity_id: 4 },
  },
  {
    of: "Microsoft 365 sign-in",
    body: m365("UserLoginFailed", { Workload: "AzureActiveDirectory", ClientIP: "192.0.2.7", LogonError: "x" }),
    type: "Authentication: Logon",
    says: { status_id: 2, "user.name": "ada@example.org" },
  },
  {
    of: "Microsoft 365 rule",
    body: m365("New-InboxRule", { ResultStatus: "True", ClientIP: "192.0.2.7" }),
    type: "API Activity: Create",
    says: { "api.operation": "New-InboxRule", status_id: 1 },
  },
  {
    of: "Microsoft 365 alert",
    body: m365("AlertTriggered", {
      Workload: "SecurityComplianceCenter",
      AlertId: "a",
      Name: "Forwarding",
      Severity: "High",
    }),
    type: "Detection Finding: Create",
    says: { "finding_info.uid": "a", severity_id: 4 },
  },
  {
    of: "Google Cloud call",
    body: {
      insertId: "x",
      logName: "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
      timestamp: at,
      severity: "NOTICE",
      resource: { labels: { project_id: "p" } },
      protoPayload: {
        serviceName: "iam.googleapis.com",
        methodName: "google.iam.admin.v1.CreateServiceAccountKey",
        authenticationInfo: { principalEmail: "ada@example.org" },
        requestMetadata: { callerIp: "192.0.2.7", callerSuppliedUserAgent: "gcloud" },
        status: {},
      },
    },
    type: "API Activity: Create",
    says: { "actor.user.email_addr": "ada@example.org", "src_endpoint.ip": "192.0.2.7", "cloud.project_uid": "p" },
  },
  {
    of: "Kubernetes call",
    body: {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level: "Metadata",
      auditID: "k-1",
      stage: "ResponseComplete",
      requestURI: "/api/v1/namespaces/default/secrets?limit=5",
      verb: "list",
      user: { username: "ada" },
      sourceIPs: ["192.0.2.7", "10.0.0.1"],
      objectRef: { resource: "secrets", apiVersion: "v1" },
      responseStatus: { code: 403, message: "forbidden" },
      stageTimestamp: at,
    },
    type: "API Activity: Read",
    says: { "api.operation": "list", status_id: 2, "src_endpoint.ip": "192.0.2.7", "http_response.code": 403 },
  },
  {
    of: "Falco",
    body: { time: at, rule: "Shell in container", priority: "Warning", output: "x", output_fields: {}, hostname: "n1" },
    type: "Detection Finding: Create",
    says: { "finding_info.title": "Shell in container", severity_id: 3, "device.hostname": "n1" },
  },
];
