/** Kinds of IP addresses. */
import assert from "node:assert/strict";
import { isIP } from "node:net";
import fc from "fast-check";
import { ipFamily } from "../../src/core/ip_family.ts";

Deno.test("what is an address of IPv4 or IPv6 is one, and what resembles one is not", () => {
  const cases: Record<string, 4 | 6 | undefined> = {
    "127.0.0.1": 4,
    "255.255.255.255": 4,
    "256.0.0.1": undefined,
    "01.2.3.4": undefined,
    "1.2.3": undefined,
    "0x7f.0.0.1": undefined,
    "2130706433": undefined,
    "::": 6,
    "::1": 6,
    "2001:db8::8a2e:370:7334": 6,
    "::ffff:10.0.0.1": 6,
    "1::2::3": undefined,
    "[::1]": undefined,
    "::1]/[::2": undefined,
    "fe80::1%eth0": undefined,
    "": undefined,
    localhost: undefined,
  };
  for (const [text, family] of Object.entries(cases)) assert.equal(ipFamily(text), family, text);
});

Deno.test("it says what node:net says, which takes longer to load than everything else that a start reads", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,20}$/), fc.string());
  fc.assert(
    fc.property(address, (text) => {
      if (!text.includes("%")) assert.equal(ipFamily(text) ?? 0, isIP(text), text);
    }),
    { numRuns: 1000, seed: 11 },
  );
});
