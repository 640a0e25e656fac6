import type { JsonObject } from "#sigma";
import type { Sample } from "./sample.ts";

const cloudTrail: JsonObject = {
  eventVersion: "1.09",
  userIdentity: {
    type: "IAMUser",
    principalId: "AIDAX",
    arn: "arn:aws:iam::1:user/ada",
    accountId: "1",
    userName: "ada",
  },
  eventTime: "2025-03-04T05:06:07Z",
  awsRegion: "eu-west-1",
  sourceIPAddress: "192.0.2.7",
  userAgent: "aws-cli/2",
  eventID: "e-1",
  recipientAccountId: "1",
};
const okta: JsonObject = {
  uuid: "u-1",
  published: "2025-03-04T05:06:07.891Z",
  severity: "WARN",
  displayMessage: "something happened",
  actor: { id: "00u1", type: "User", alternateId: "ada@example.org", displayName: "Ada L" },
  client: { ipAddress: "192.0.2.7", userAgent: { rawUserAgent: "Mozilla/5.0" } },
  outcome: { result: "FAILURE", reason: "INVALID_CREDENTIALS" },
  target: [{ id: "00u2", type: "User", alternateId: "bob@example.org", displayName: "Bob" }],
};

export const cloudSamples: readonly Sample[] = [
  {
    of: "CloudTrail call",
    body: {
      ...cloudTrail,
      eventSource: "ec2.amazonaws.com",
      eventName: "RunInstances",
      errorCode: "Client.UnauthorizedOperation",
    },
    type: "API Activity: Create",
    says: {
      "api.operation": "RunInstances",
      "actor.user.uid": "arn:aws:iam::1:user/ada",
      "src_endpoint.ip": "192.0.2.7",
      status_id: 2,
      "cloud.region": "eu-west-1",
    },
  },
  {
    of: "CloudTrail call by a service",
    body: {
      ...cloudTrail,
      userIdentity: { type: "AWSService", invokedBy: "ec2.amazonaws.com" },
      sourceIPAddress: "ec2.amazonaws.com",
      eventSource: "kms.amazonaws.com",
      eventName: "Decrypt",
    },
    type: "API Activity: decrypt",
    says: { activity_id: 99, "src_endpoint.domain": "ec2.amazonaws.com", "actor.app_name": "ec2.amazonaws.com" },
  },
  {
    of: "CloudTrail sign-in",
    body: {
      ...cloudTrail,
      eventSource: "signin.amazonaws.com",
      eventName: "ConsoleLogin",
      responseElements: { ConsoleLogin: "Failure" },
      additionalEventData: { MFAUsed: "No" },
    },
    type: "Authentication: Logon",
    says: { status_id: 2, is_mfa: false, "user.name": "ada" },
  },
  {
    of: "CloudTrail account",
    body: {
      ...cloudTrail,
      eventSource: "iam.amazonaws.com",
      eventName: "CreateUser",
      requestParameters: { userName: "eve" },
    },
    type: "Account Change: Create",
    says: { "user.name": "eve", "actor.user.name": "ada" },
  },

  {
    of: "Okta session",
    body: { ...okta, eventType: "user.session.start" },
    type: "Authentication: Logon",
    says: { "user.name": "ada@example.org", status_id: 2, severity_id: 3, "src_endpoint.ip": "192.0.2.7" },
  },
  {
    of: "Okta lock",
    body: { ...okta, eventType: "user.account.lock" },
    type: "Account Change: Lock",
    says: { "user.name": "bob@example.org", "actor.user.uid": "00u1" },
  },
  {
    of: "Okta policy",
    body: { ...okta, eventType: "policy.rule.update" },
    type: "API Activity: Update",
    says: { "api.operation": "policy.rule.update" },
  },
  {
    of: "GitHub",
    body: {
      "@timestamp": 1741064767891,
      _document_id: "d1",
      action: "repo.destroy",
      actor: "ada",
      actor_ip: "192.0.2.7",
      org: "acme",
    },
    type: "API Activity: Delete",
    says: { "actor.user.name": "ada", "metadata.original_event_uid": "d1" },
  },

  {
    of: "Cloudflare http_requests",
    body: {
      EdgeStartTimestamp: "2025-03-04T05:06:07Z",
      ClientIP: "192.0.2.7",
      ClientRequestMethod: "POST",
      ClientRequestHost: "app.example.org",
      ClientRequestURI: "/a?b=c",
      EdgeResponseStatus: 403,
      RayID: "r1",
    },
    type: "HTTP Activity: Post",
    says: {
      "http_request.url.query_string": "b=c",
      "http_request.url.hostname": "app.example.org",
      "http_response.code": 403,
    },
  },
  {
    of: "Cloudflare firewall_events",
    body: {
      Datetime: "2025-03-04T05:06:07Z",
      Action: "block",
      RuleID: "rule-1",
      Source: "waf",
      ClientIP: "192.0.2.7",
      ClientRequestMethod: "GET",
      ClientRequestHost: "app.example.org",
      ClientRequestPath: "/x",
    },
    type: "HTTP Activity: Get",
    says: { action_id: 2, disposition_id: 2, "firewall_rule.uid": "rule-1" },
  },
  {
    of: "Cloudflare gateway_dns",
    body: {
      Datetime: "2025-03-04T05:06:07Z",
      QueryName: "evil.example",
      ResolverDecision: "blockedByCategory",
      SrcIP: "192.0.2.7",
      Email: "ada@example.org",
      RCode: 0,
    },
    type: "DNS Activity: Traffic",
    says: { action_id: 2, "actor.user.email_addr": "ada@example.org" },
  },
  {
    of: "Cloudflare gateway_network",
    body: {
      Datetime: "2025-03-04T05:06:07Z",
      SessionID: "s1",
      Action: "block",
      SourceIP: "192.0.2.7",
      DestinationIP: "198.51.100.1",
      DestinationPort: 22,
    },
    type: "Network Activity: Refuse",
    says: { "dst_endpoint.port": 22 },
  },
  {
    of: "Cloudflare access_requests",
    body: {
      CreatedAt: "2025-03-04T05:06:07Z",
      Action: "login",
      Allowed: false,
      AppDomain: "app.example.org",
      IPAddress: "192.0.2.7",
      Email: "ada@example.org",
    },
    type: "Authentication: Logon",
    says: { status_id: 2, "service.name": "app.example.org" },
  },
  {
    of: "Cloudflare audit_logs",
    body: {
      When: "2025-03-04T05:06:07Z",
      ActionType: "delete",
      ActionResult: true,
      ResourceType: "zone",
      ActorEmail: "ada@example.org",
      ActorIP: "192.0.2.7",
      ID: "a1",
    },
    type: "API Activity: Delete",
    says: { status_id: 1, "metadata.original_event_uid": "a1" },
  },
];
