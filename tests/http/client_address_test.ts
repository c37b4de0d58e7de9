/** From where a request comes: no one but a trusted proxy is believed about somebody else's address. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ClientAddresses } from "../../src/http/client_address.ts";

function addressOf(proxies: readonly string[], socket: string, forwarded?: string): string {
  const headers = new Headers(forwarded === undefined ? {} : { "x-forwarded-for": forwarded });
  return new ClientAddresses(proxies).of(headers, { remoteAddr: { hostname: socket } });
}

Deno.test("X-Forwarded-For is believed of trusted proxies alone, from its end up", () => {
  assert.equal(addressOf([], "192.0.2.1", "198.51.100.1"), "192.0.2.1");
  assert.equal(addressOf(["127.0.0.1"], "192.0.2.1", "198.51.100.1"), "192.0.2.1");
  assert.equal(addressOf(["127.0.0.1"], "127.0.0.1", "198.51.100.1"), "198.51.100.1");
  assert.equal(addressOf(["127.0.0.1"], "127.0.0.1", "203.0.113.9, 198.51.100.1"), "198.51.100.1");
  assert.equal(
    addressOf(["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "203.0.113.9, 198.51.100.1, 10.1.2.3"),
    "198.51.100.1",
  );
  assert.equal(addressOf(["127.0.0.1"], "127.0.0.1", "198.51.100.1:4711"), "198.51.100.1");
  assert.equal(addressOf(["127.0.0.1"], "127.0.0.1"), "127.0.0.1");
  assert.equal(addressOf(["127.0.0.1"], "127.0.0.1", "198.51.100.1, nonsense"), "127.0.0.1");
  assert.equal(addressOf(["::1"], "::1", "198.51.100.1"), "198.51.100.1");
});

Deno.test("the part of an address that a caller of IPv6 chooses makes no other caller", () => {
  const same = [
    "2001:db8:1:2::1",
    "2001:DB8:1:2:ffff:ffff:ffff:ffff",
    "2001:0db8:0001:0002::",
    "2001:db8:1:2:0:0:0:9%eth0",
  ];
  for (const address of same) assert.equal(addressOf([], address), "2001:db8:1:2::/64");
  assert.notEqual(addressOf([], "2001:db8:1:3::1"), "2001:db8:1:2::/64");
  assert.equal(addressOf([], "::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(addressOf([], "::1"), "0:0:0:0::/64");
});

Deno.test("no header makes an address out of nothing, or throws", () => {
  const value = fc.string({ maxLength: 200 }).map((text) => text.replace(/[^\x20-\x7e]/g, "?"));
  fc.assert(
    fc.property(value, (header) => {
      const address = addressOf(["127.0.0.1"], "127.0.0.1", header);
      assert.match(address, /^[0-9a-f.:/]{2,60}$/);
    }),
    { seed: 20260801, numRuns: 1_000 },
  );
});
