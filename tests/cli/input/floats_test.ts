import { assertEquals } from "@std/assert";
import { checkValue } from "../../../archive/validate.ts";
import { keptText, partKept } from "../../../cli/input/floats.ts";

/** The ten-thousandths that an archive keeps of a number. */
const kept = (text: string) => Number(checkValue("float", text).number);

Deno.test("keptText() gives a text of which an archive keeps the number that is meant", () => {
  assertEquals(kept("0.57"), 5699);
  assertEquals(keptText("0.57"), "0.5700000000000001");
  for (let number = -30_000; number <= 30_000; number += 7) {
    assertEquals(kept(keptText(String(number / 10_000))), number);
  }
  for (const number of [2 ** 40 + 1, 2 ** 45 - 1, -(2 ** 46) - 1]) {
    assertEquals(kept(keptText(String(number / 10_000))), number);
  }
});

Deno.test("keptText() leaves all else as it is", () => {
  for (
    const text of [
      ...["0", "-0.0", "5", "1.0", "0.5699", "1e-5", "0.00012", "1e300"],
      ...["0.123456789", "12345678901234567890", "-1.5E2", "null", '"x"'],
    ]
  ) assertEquals(keptText(text), text);
});

Deno.test("partKept() gives what is left of a number with more than four decimals", () => {
  for (
    const [text, kept] of [
      ["1e-9", 0],
      ["0.00019", 0.0001],
      ["-0.123456", -0.1234],
      ["0.57", undefined],
      ["0.5700", undefined],
      ["5e0", undefined],
      ["null", undefined],
      ['"x"', undefined],
      ["1e308", undefined], // which archives refuse
    ] as const
  ) assertEquals(partKept(text), kept, text);
});
