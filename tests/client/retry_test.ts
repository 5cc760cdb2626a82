import { assert, assertEquals } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import {
  DEFAULT_POLICY,
  retryDelay,
  type RetryPolicy,
} from "../../client/retry.ts";
import { runProcess } from "../helpers/process.ts";
import { onUnix } from "../helpers/skipping.ts";

const POLICY: RetryPolicy = { retries: 3, baseDelay: 500, maxDelay: 60_000 };
const NOW = Date.UTC(2026, 0, 5, 12, 0, 0);

function delayFor(retryAfter: string | null): number | undefined {
  return retryDelay({ tries: 1, status: 503, retryAfter }, POLICY, NOW, 1);
}

Deno.test("the default policy is three more tries", () => {
  assertEquals(DEFAULT_POLICY.retries, 3);
  assert(DEFAULT_POLICY.maxDelay >= 60_000);
});

Deno.test("retryDelay() doubles from try to try", () => {
  const delays = [1, 2, 3].map((tries) =>
    retryDelay({ tries }, POLICY, NOW, 1)
  );
  assertEquals(delays, [500, 1000, 2000]);
});

Deno.test("retryDelay() makes half of each delay jitter", () => {
  assertEquals(retryDelay({ tries: 2 }, POLICY, NOW, 0), 500);
  assertEquals(retryDelay({ tries: 2 }, POLICY, NOW, 0.5), 750);
  assertEquals(retryDelay({ tries: 2 }, POLICY, NOW, 1), 1000);
});

Deno.test("retryDelay() ends with the tries that the policy allows", () => {
  assertEquals(retryDelay({ tries: 4 }, POLICY, NOW, 1), undefined);
  assertEquals(
    retryDelay({ tries: 1 }, { ...POLICY, retries: 0 }, NOW, 1),
    undefined,
  );
  assertEquals(
    retryDelay({ tries: 1, status: 503 }, { ...POLICY, retries: 1 }, NOW, 1),
    500,
  );
  assertEquals(
    retryDelay({ tries: 2, status: 503 }, { ...POLICY, retries: 1 }, NOW, 1),
    undefined,
  );
});

Deno.test("retryDelay() tries again after 408, 429, 500, 502, 503 and 504 and no other status", () => {
  const again: number[] = [];
  for (let status = 300; status < 600; status++) {
    const delay = retryDelay({ tries: 1, status }, POLICY, NOW, 1);
    if (delay !== undefined) again.push(status);
  }
  assertEquals(again, [408, 429, 500, 502, 503, 504]);
});

Deno.test("retryDelay() tries again after a connection that failed", () => {
  assertEquals(retryDelay({ tries: 1 }, POLICY, NOW, 1), 500);
});

Deno.test("retryDelay() reads Retry-After as seconds, not as milliseconds", () => {
  assertEquals(delayFor("5"), 5000);
  assertEquals(delayFor(" 5 "), 5000);
});

Deno.test("retryDelay() honours Retry-After as a date", () => {
  assertEquals(delayFor("Mon, 05 Jan 2026 12:00:07 GMT"), 7000);
  assertEquals(delayFor("Monday, 05-Jan-26 12:00:07 GMT"), 7000);
});

onUnix(
  "TZ",
  "retryDelay() reads the third form of an HTTP date as UTC wherever the program runs",
  async () => {
    const url = import.meta.resolve("../../client/retry.ts");
    const code = `
      import { retryDelay } from "${url}";
      const attempt = { tries: 1, retryAfter: "Mon Jan  5 12:00:07 2026" };
      const policy = ${JSON.stringify(POLICY)};
      console.log(retryDelay({ ...attempt, status: 503 }, policy, ${NOW}, 1));
    `;
    const { stdout, stderr } = await runProcess(
      [Deno.execPath(), "eval", "--no-config", "--no-lock", code],
      { env: { TZ: "America/New_York" } },
    );
    assertEquals(stdout, "7000\n", stderr);
  },
);

Deno.test("retryDelay() never waits less than its own delay", () => {
  assertEquals(delayFor("0"), 500);
  assertEquals(delayFor("Mon, 05 Jan 2026 11:59:00 GMT"), 500);
});

Deno.test("retryDelay() caps what the archive asks for", () => {
  assertEquals(delayFor("86400"), 60_000);
  assertEquals(delayFor("99999999999999999999999999"), 60_000);
  assertEquals(delayFor("Tue, 06 Jan 2026 12:00:00 GMT"), 60_000);
  assertEquals(delayFor("Thu, 01 Jan 2099 00:00:00 GMT"), 60_000);
  assert(delayFor("1e9")! <= 60_000);
  assert(delayFor("Infinity")! <= 60_000);
});

Deno.test("retryDelay() caps its own delay, however many tries there are", () => {
  const many = { ...POLICY, retries: 5000 };
  assertEquals(retryDelay({ tries: 12 }, many, NOW, 1), 60_000);
  assertEquals(retryDelay({ tries: 4000 }, many, NOW, 0), 60_000);
});

Deno.test("retryDelay() takes nonsense in Retry-After for nothing", () => {
  for (
    const nonsense of [
      "",
      " ",
      "soon",
      "-5",
      "5.5",
      "5s",
      "0x10",
      "1e3",
      "Infinity",
      "NaN",
      "120 seconds",
      "5, 10",
    ]
  ) assertEquals(delayFor(nonsense), 500, nonsense);
  assertEquals(delayFor(null), 500);
});

Deno.test("retryDelay() is never negative, NaN, or beyond the cap", () => {
  const header = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      header,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (tries, retryAfter, random) => {
        const delay = retryDelay({ tries, retryAfter }, POLICY, NOW, random);
        assert(delay !== undefined && delay >= 250 && delay <= 60_000);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});
