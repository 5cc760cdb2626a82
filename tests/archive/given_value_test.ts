/** Values of another archive are shown as it gave them. */

import { assertEquals } from "@std/assert";
import { givenValue, givenWhole } from "../../archive/given_value.ts";
import { BASE } from "../../archive/values.ts";
import type { ValueClass } from "../../client/event_types.ts";

const TEXTS = [
  ...["0.0", "5.0", "-5.0", "5", "-0.0", "0.25", "0.0016666666666666668"],
  ...["1e-05", "1.5e+300", "9007199254740992.0", "12345678901234567890"],
  ...["12.34567", "0.0001", "1.50", "null", "[]", '"text"', '{"1.0":3}'],
];

const CLASSES: readonly ValueClass[] = [
  ...["integer", "float", "percentage"] as const,
  ...["histogram", "subinterval", "json"] as const,
];

Deno.test("a value is shown with the text that it had, whatever the class", () => {
  for (const valueClass of CLASSES) {
    for (const text of TEXTS) {
      const kind = { valueClass, isLoose: false };
      const stored = givenValue(kind, JSON.parse(text), text);
      assertEquals(BASE[valueClass]({ ts: 0, ...stored } as never), text);
    }
  }
});

Deno.test("whole numbers have the form from their bytes that they have from their text", () => {
  for (const valueClass of CLASSES) {
    for (const isLoose of [false, true]) {
      for (const text of TEXTS) {
        if (typeof JSON.parse(text) !== "number") continue;
        const kind = { valueClass, isLoose };
        const bytes = new TextEncoder().encode(` ${text} `);
        const whole = givenWhole(kind, bytes, 1, text.length + 1);
        const expected = givenValue(kind, JSON.parse(text), text);
        if (whole !== undefined) assertEquals(whole, expected, text);
        else assertEquals(text === "5.0" || text === "0.0", false, text);
      }
    }
  }
});
