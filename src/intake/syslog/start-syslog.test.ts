import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { refusals } from "#kernel";
import { openDesk } from "../testing/open-desk.ts";
import { dropsIn } from "./kernel-drops.ts";
import { startSyslog, type SyslogOptions } from "./start-syslog.ts";

const defaults: SyslogOptions = { host: "127.0.0.1", source: "syslog", peers: [] };
const line = (n: number) => `<13>1 2026-01-31T04:00:00Z host app ${n} - - message ${n}`;

test("TCP takes both framings, keeps each message's bytes and names its peer", async () => {
  await using desk = openDesk();
  const messages = [line(1), `${line(2)}\n  a second line`, line(3), "no priority at all"];
  {
    await using syslog = await startSyslog(desk, { ...defaults, tcp: 0 });
    const socket = connect(syslog.ports.tcp ?? 0, "127.0.0.1");
    await once(socket, "connect");
    socket.end(`${messages[0]}\n${messages[1]?.length} ${messages[1]}${messages[2]}\r\n${messages[3]}\n`);
    await once(socket, "close");
  }
  const bytes = desk.reading.records.map((record) => record.bytes.toString());
  assert.deepEqual(bytes.toSorted(), messages.toSorted());
  assert.ok(
    desk.reading.deliveries.every(({ facts, source }) => facts?.["peer"] === "127.0.0.1" && source === "syslog"),
  );
});

test("a peer's network says whose messages they are", async () => {
  await using desk = openDesk();
  {
    const peers = [
      { network: "10.0.0.0/8", source: "cage" },
      { network: "127.0.0.0/8", source: "local" },
    ];
    await using syslog = await startSyslog(desk, { ...defaults, udp: 0, peers });
    const socket = createSocket("udp4");
    await new Promise((resolve) => socket.send(`${line(1)}\n`, syslog.ports.udp ?? 0, "127.0.0.1", resolve));
    socket.close();
    await desk.until(1);
  }
  assert.deepEqual(
    desk.reading.records.map(({ source, bytes }) => [source, bytes.toString()]),
    [["local", line(1)]],
  );
});

test("while the way is full a TCP sender finds its connection unread; nothing is lost once there is room", async () => {
  const busy = refusals("watch", { busy: { status: 429, says: "Busy." } });
  let full = true;
  await using desk = openDesk(() => {
    if (full) throw busy("busy", { retryAfter: 1 });
  });
  const count = 40_000;
  const pad = "x".repeat(400);
  {
    await using syslog = await startSyslog(desk, { ...defaults, tcp: 0 });
    const socket = connect(syslog.ports.tcp ?? 0, "127.0.0.1");
    await once(socket, "connect");
    for (let n = 0; n < count; n += 1) socket.write(`${line(n)} ${pad}\n`);
    socket.end();
    await desk.busy(2);
    // 20 MB were written; what is not read stays with the sender.
    assert.ok(socket.writableLength > 4_000_000, `${socket.writableLength} bytes wait at the sender`);
    full = false;
    await once(socket, "close");
  }
  assert.equal(desk.reading.records.length, count);
});

test("UDP messages that find no room are lost and counted, and the others are kept", async () => {
  const gate = Promise.withResolvers<void>();
  await using desk = openDesk(() => gate.promise);
  const sent = 300;
  const text = `<13>${"x".repeat(50_000)}`;
  {
    await using syslog = await startSyslog(desk, { ...defaults, udp: 0 });
    const socket = createSocket("udp4");
    for (let n = 0; n < sent; n += 1) {
      await new Promise((resolve) => socket.send(`${text}${n}`, syslog.ports.udp ?? 0, "127.0.0.1", resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.close();
    gate.resolve();
  }
  const { lost } = desk.desk.tally("syslog");
  assert.ok(lost > 0);
  assert.ok(desk.reading.records.length > 0);
  assert.ok(desk.reading.records.length + lost <= sent);
});

test("the kernel's own drops are read from its table of sockets", () => {
  const table =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n" +
    " 123: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 42\n" +
    " 124: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 7\n";
  assert.equal(dropsIn(table, 5514), 42);
});
