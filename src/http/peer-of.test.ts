import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { limitKey, peerOf, proxyList } from "./peer-of.ts";

const proxies = proxyList(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"]);

test("without a proxy of ours in front, what a client writes into X-Forwarded-For counts for nothing", () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (forwarded, claimed) => {
      assert.equal(peerOf("203.0.113.9", forwarded, proxies), "203.0.113.9");
      assert.equal(peerOf("203.0.113.9", claimed, proxyList([])), "203.0.113.9");
    }),
  );
});

test("behind our proxies the peer is the last address that is none of them, whatever a client put before it", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.ipV4(), fc.string())), (invented) => {
      const forwarded = [...invented.map((hop) => hop.replaceAll(",", "")), "198.51.100.7", "10.1.1.1"].join(", ");
      assert.equal(peerOf("192.0.2.1", forwarded, proxies), "198.51.100.7");
    }),
  );
  assert.equal(peerOf("::ffff:10.0.0.1", "2001:db9::7", proxies), "2001:db9::7");
  assert.equal(peerOf("10.0.0.1", "[2001:db9::7]:4711", proxies), "2001:db9::7");
  assert.equal(peerOf("10.0.0.1", "198.51.100.7:4711", proxies), "198.51.100.7");
});

test("a proxy that says nothing, or nonsense, is the peer itself", () => {
  for (const forwarded of [null, "", "unknown", "a, b", "<script>"])
    assert.equal(peerOf("10.0.0.1", forwarded, proxies), "10.0.0.1");
  assert.equal(peerOf("", "198.51.100.7", proxies), "");
});

test("all addresses of one IPv6 network are counted as one, however they are written", () => {
  const network = limitKey("2001:db8:1:2::");
  for (const same of ["2001:db8:1:2::1", "2001:0DB8:0001:0002:ffff:0:0:1", "2001:db8:1:2:a:b:c:d"])
    assert.equal(limitKey(same), network, same);
  assert.notEqual(limitKey("2001:db8:1:3::1"), network);
  assert.equal(limitKey("::1"), "0:0:0:0::/64");
  assert.equal(limitKey("192.0.2.1"), "192.0.2.1");
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      if (isIP(address) === 6) assert.match(limitKey(address), /^(?:[0-9a-f]{1,4}:){4}:\/64$/);
    }),
  );
});
