import { assertEquals, assertMatch } from "@std/assert";
import { detailLine, stateLine } from "../../../cli/output/state_line.ts";

Deno.test("stateLine() has a state, a text, and numbers with all their semicolons", () => {
  assertEquals(
    stateLine("throughput", "ok", "Average throughput is 0.917Gbps", [
      { label: "Average", value: 0.917, warning: "5:", critical: "1:" },
      { label: "Count", value: 12 },
    ]),
    "PS_CHECK_THROUGHPUT OK - Average throughput is 0.917Gbps | Average=0.917;5:;1:;; Count=12;;;;",
  );
  assertEquals(
    stateLine("ping-loss", "unknown", "none"),
    "PS_CHECK_PING_LOSS UNKNOWN - none",
  );
  assertEquals(stateLine("check", "critical", "a"), "PS_CHECK CRITICAL - a");
});

Deno.test("stateLine() prints numbers that graphs can read", () => {
  const shown = (value: number | undefined) =>
    stateLine("loss", "ok", "", [{ label: "Loss", value }])
      .replace(/^.* \| Loss=(.*);;;;$/, "$1");
  assertEquals(shown(undefined), "U");
  assertEquals(shown(0.00000012), "0.00000012");
  assertEquals(shown(1_187_400), "1187400");
  assertEquals(shown(-3.1), "-3.1");
  assertEquals(shown(-0), "0");
  assertEquals(shown(NaN), "U");
});

Deno.test("stateLine() quotes labels, and takes out what would end them", () => {
  assertEquals(
    stateLine("loss", "ok", "x", [{ label: "a='b';|c\nd", value: 1 }]),
    "PS_CHECK_LOSS OK - x | 'a__b__/c d'=1;;;;",
  );
});

Deno.test("detailLine() is one line, without what begins numbers", () => {
  assertEquals(
    detailLine("a | b\r\n\u001b[2Jc\u0000\u009bd\t e"),
    "a / b [2Jc d e",
  );
  assertMatch(detailLine("x".repeat(5000)), /^x{1000}…$/);
});
