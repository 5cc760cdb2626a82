import { assertEquals } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import { plainNumber } from "../../../cli/output/plain_number.ts";

function read(text: string): number {
  const bytes = new TextEncoder().encode(`7${text}7`);
  return plainNumber(bytes, 1, bytes.length - 1);
}

Deno.test("plainNumber reads decimal numbers as Number() does", () => {
  for (const text of ["0", "-0", "-0.0", "0.1", "-12.50", "999999999999999"]) {
    assertEquals(read(text), Number(text), text);
  }
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,7})(\.\d{1,7})?$/);
  fc.assert(
    fc.property(digits, (text) => assertEquals(read(text), Number(text))),
    { numRuns: 5000, seed: 2016 },
  );
});

Deno.test("plainNumber leaves all else to others", () => {
  const others = [
    ...["", "-", "1e3", "1E3", "null", "NaN", '"1"', "[1]", "1.2.3", "+1"],
    ...["1234567890123456", "0.1234567890123456", " 1"],
  ];
  for (const text of others) assertEquals(read(text), NaN, text);
});
