import { assertEquals } from "@std/assert";
import { canonicalAddress, familyOf } from "../../client/ip_address.ts";

Deno.test("canonicalAddress() writes IPv6 short and in lower case, and refuses other text", () => {
  const cases: [text: string, address: string | undefined][] = [
    ["192.0.2.10", "192.0.2.10"],
    ["2001:DB8:0:0:0:0:0:10", "2001:db8::10"],
    ["::FFFF:192.0.2.1", "::ffff:192.0.2.1"],
    ["::ffff:c000:201", "::ffff:192.0.2.1"],
    ["192.0.2.256", undefined],
    ["192.0.2.01", undefined],
    ["192.0.2", undefined],
    ["2001:db8::1::2", undefined],
    ["ps.alpha.example", undefined],
    ["[::1]", undefined],
    ["", undefined],
  ];
  for (const [text, address] of cases) {
    assertEquals(canonicalAddress(text), address, text);
  }
});

Deno.test("familyOf() tells IPv4 from IPv6, and knows no family of a name", () => {
  assertEquals(familyOf("192.0.2.10"), 4);
  assertEquals(familyOf("2001:db8::10"), 6);
  assertEquals(familyOf("::ffff:192.0.2.1"), 6);
  assertEquals(familyOf("ps.alpha.example"), undefined);
  assertEquals(familyOf(""), undefined);
});
