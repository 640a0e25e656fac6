import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { makeTestToken, serveTest } from "../testing/serve.ts";
import { Double, writeMmdb } from "./testing/write-mmdb.ts";

const place = (country: string, latitude: number, longitude: number) => ({
  country: { iso_code: country },
  location: { latitude: new Double(latitude), longitude: new Double(longitude), accuracy_radius: 50 },
});
const city = writeMmdb("Test-City", {
  "198.51.100.0/24": place("PT", 38.7, -9.1),
  "203.0.113.0/24": place("JP", 35.7, 139.7),
});

const signIn = (number: number, minutes: number, user: string, ipAddress: string, result = "SUCCESS") =>
  `${JSON.stringify({
    uuid: `u${number}`,
    published: new Date(Date.now() - 3_600_000 + minutes * 60_000).toISOString(),
    eventType: "user.session.start",
    displayMessage: "User login to Okta",
    severity: "INFO",
    actor: { alternateId: user, displayName: user, id: user, type: "User" },
    client: { ipAddress },
    outcome: { result },
  })}\n`;

test("a user who signs in from two ends of the world within minutes raises an alert that says where, once, and adds to risk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "meridian-travel-"));
  const data = join(folder, "data");
  writeFileSync(join(folder, "city.mmdb"), city);
  const server = await serveTest(data, { MERIDIAN_GEOIP_FILE: join(folder, "city.mmdb") });
  const [sender, responder] = [makeTestToken(data, "--source", "okta"), makeTestToken(data, "--role", "responder")];
  const ask = async (method: string, path: string, body?: object | string) => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${typeof body === "string" ? sender : responder}`,
        ...(typeof body === "object" && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${path} ${answer.status}`);
    return (await answer.json()) as Record<string, never>;
  };
  try {
    const events = [
      signIn(1, 0, "eve@example.org", "198.51.100.7"),
      signIn(2, 20, "eve@example.org", "203.0.113.9"),
      signIn(3, 0, "bob@example.org", "198.51.100.8"),
      signIn(4, 20, "bob@example.org", "203.0.113.9", "FAILURE"),
      signIn(5, 30, "bob@example.org", "192.0.2.1"),
    ];
    for (const _ of [1, 2]) await ask("POST", "/api/ingest/okta", events.join(""));
    const { alerts } = (await ask("GET", "/api/alerts?rule=meridian.travel/impossible")) as unknown as {
      alerts: { id: string; entity: string; findings: number }[];
    };
    assert.deepEqual(
      alerts.map(({ entity, findings }) => [entity, findings]),
      [["user:eve@example.org", 1]],
    );
    const { found } = (await ask("GET", `/api/alerts/${alerts[0]!.id}`)) as unknown as {
      found: { matched: { value: string; geo: { country: string } }[]; geo: Record<string, { country: string }> }[];
    };
    assert.deepEqual(
      found[0]?.matched.map(({ value, geo }) => [value, geo.country]),
      [
        ["198.51.100.7", "PT"],
        ["203.0.113.9", "JP"],
      ],
    );
    assert.equal(found[0]?.geo["203.0.113.9"]?.country, "JP");
    const told = (await ask("POST", "/api/geo", { addresses: ["198.51.100.1", "10.0.0.1", "x"] })) as unknown as {
      addresses: Record<string, { country: string }>;
      files: { type: string }[];
    };
    assert.deepEqual([Object.keys(told.addresses), told.files[0]?.type], [["198.51.100.1"], "Test-City"]);

    const settings = { points: { informational: 1, low: 1, medium: 10, high: 25, critical: 50 }, threshold: 15 };
    await ask("PUT", "/api/risk/settings", settings);
    await ask("PUT", "/api/risk/user/dan@example.org/weight", { factor: 4, reason: "an administrator" });
    await ask(
      "POST",
      "/api/ingest/okta",
      signIn(6, 0, "dan@example.org", "198.51.100.7") + signIn(7, 9, "dan@example.org", "203.0.113.9"),
    );
    const risky = async () =>
      (
        (await ask("GET", "/api/alerts?rule=meridian.risk/entity")) as unknown as {
          alerts: { id: string; entity: string; sample: { findings: string[] } }[];
        }
      ).alerts;
    for (let tries = 0; tries < 100 && (await risky()).length === 0; tries++) await delay(100);
    const [alert, ...others] = (await risky()).filter(({ entity }) => entity === "user:dan@example.org");
    assert.deepEqual([alert?.sample.findings.length, others.length], [1, 0]);
    const { entities } = (await ask("GET", "/api/risk?type=user")) as unknown as {
      entities: { entity: string; risk: number; factor: number }[];
    };
    assert.deepEqual(
      entities.map(({ entity, factor }) => [entity, factor]),
      [
        ["user:dan@example.org", 4],
        ["user:eve@example.org", 1],
      ],
    );
    const page = (await ask("GET", "/api/risk/user/dan@example.org")) as unknown as {
      risk: number;
      timeline: { rule: string; weight: number }[];
    };
    assert.ok(Math.abs(page.risk - entities[0]!.risk) < 1 && page.timeline[0]!.weight > 20);
  } finally {
    await server.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
});
