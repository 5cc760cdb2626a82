import { assertEquals } from "@std/assert";
import { readReport, summary } from "../../scripts/test_report.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="6" failures="1" errors="0" time="1.0">
    <testsuite name="./a_test.ts" tests="6" disabled="0" errors="0" failures="1">
        <testcase name="adds &quot;1&quot;" classname="./a_test.ts" time="0.1">
        </testcase>
        <testcase name="takes away" classname="./a_test.ts" time="0.1"/>
        <testcase name="fails" classname="./a_test.ts" time="0.1">
            <failure message="Uncaught">no</failure>
        </testcase>
        <testcase name="a (skipped: zsh is not installed)" time="0.0"><skipped/></testcase>
        <testcase name="b (skipped: &lt;none&gt;)" time="0.0">
            <skipped/>
        </testcase>
        <testcase name="c (skipped: zsh is not installed)" time="0.0"><skipped/></testcase>
    </testsuite>
</testsuites>`;

Deno.test("readReport() tells tests that passed, failed and were skipped", () => {
  assertEquals(readReport(REPORT), {
    passed: 2,
    failed: 1,
    skipped: [
      "a (skipped: zsh is not installed)",
      "b (skipped: <none>)",
      "c (skipped: zsh is not installed)",
    ],
  });
});

Deno.test("summary() groups what was skipped by the reason, the most frequent first", () => {
  assertEquals(summary(readReport(REPORT)), [
    "2 skipped: zsh is not installed",
    "1 skipped: <none>",
    "2 passed, 1 failed, 3 skipped",
  ]);
  assertEquals(summary({ passed: 1, failed: 0, skipped: ["d"] }), [
    "1 skipped: no reason given",
    "1 passed, 0 failed, 1 skipped",
  ]);
});
