/**
 * How hard get-bulk may press an archive, and how it finds out what an archive
 * can bear.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  archiveOf,
  makeSeries,
  type Misbehaviour,
} from "../../servers/generated.ts";
import type { RawReply } from "../../servers/raw.ts";
import { IS_LONG, NOT_IN_SHORT } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";
import { pause } from "../../helpers/waiting.ts";
import {
  exportFrom,
  forEach,
  IMPATIENT,
  linesOf,
  wholeOf,
} from "./exporting.ts";
import { complete, differences, type Files } from "./files.ts";

const MANY = Array.from({ length: 12 }, (_, n) =>
  makeSeries({
    ...{ key: `m${n}`, eventType: "throughput", count: 2200 },
    source: `198.51.100.${n}`,
  }));

const LONG = makeSeries({ key: "k1", eventType: "throughput", count: 9000 });
const OTHER = makeSeries({ key: "k2", eventType: "path-mtu", count: 700 });

function assertSame(files: Files, whole: Files, hint: string): void {
  const found = complete(files);
  assertEquals([...found.keys()].sort(), [...whole.keys()].sort(), hint);
  assertEquals(differences(found, whole), [], hint);
}

Deno.test("get-bulk has no more requests under way than --concurrency says, and as many where there is work for them", async () => {
  const slow: Misbehaviour = () => pause(20).then(() => undefined);
  // Side by side are the slices of one series, and several series.
  const series = [
    makeSeries({ key: "k1", eventType: "throughput", count: 12_000 }),
    ...MANY.slice(0, 8),
  ];
  const whole = await wholeOf(series);
  for (const most of [1, 3, 6, 40]) {
    const result = await exportFrom(archiveOf(series, slow), [
      ...(most === 6 ? [] : ["--concurrency", String(most)]),
      ...["--page-size", "600"],
    ]);
    const hint = `${most} at once`;
    assertEquals(result.exit, 0, `${hint}: ${result.stderr}`);
    assertSame(result.files, whole, hint);
    assert(result.most <= most, `${hint}: ${result.most}`);
    if (most <= 6) assertEquals(result.most, most, hint);
  }
});

/** How many requests are under way if nobody says otherwise. */
const CONCURRENCY = 6;

/**
 * What a `Retry-After` says, and how long it is to be waited for at the least,
 * in ms.
 */
function retryAfter(form: "seconds" | "date"): { value: string; wait: number } {
  if (form === "seconds") return { value: "1", wait: 1000 };
  const date = Math.floor(Date.now() / 1000) * 1000 + 2000; // of whole seconds
  return { value: new Date(date).toUTCString(), wait: date - Date.now() };
}

Deno.test("get-bulk sends nothing to an archive that has named a time before that time has come", async () => {
  const whole = await wholeOf(MANY);
  const cases = [429, 503].flatMap((status) =>
    (["seconds", "date"] as const).map((form) => ({ status, form }))
  );
  await forEach(cases, async ({ status, form }) => {
    let answered = 0;
    let quiet: [from: number, to: number] | undefined;
    const handler = archiveOf(MANY, async () => {
      await pause(10);
      if (++answered !== 9) return undefined;
      const { value, wait } = retryAfter(form);
      const now = performance.now();
      quiet = [now, now + wait];
      return { status, headers: { "retry-after": value }, body: "{}" };
    });
    const result = await exportFrom(handler);
    const hint = `${status} ${form}`;
    assertEquals(result.exit, 0, `${hint}: ${result.stderr}`);
    assertSame(result.files, whole, hint);
    const [from, to] = quiet!;
    const early = result.requests.filter(({ at }) => at > from && at < to);
    // What is on its way already cannot be called back.
    const times = early.map(({ at }) => Math.round(to - at));
    assert(early.length < CONCURRENCY, `${hint}: ${times}`);
  });
});

Deno.test("get-bulk asks for less of an archive that says it is asked too much", async () => {
  for (const status of [429, 503]) {
    let underWay = 0;
    let refused = 0;
    const busy: Misbehaviour = async () => {
      underWay++;
      await pause(10);
      const isTooMuch = underWay > 2;
      underWay--;
      if (isTooMuch) refused++;
      return isTooMuch ? { status, body: "{}" } : undefined;
    };
    // Of those under way at one time it is not always another that is refused.
    const result = await exportFrom(archiveOf(MANY, busy), ["--retry", "10"]);
    assertEquals(result.exit, 0, result.stderr);
    assertSame(result.files, await wholeOf(MANY), `${status}`);
    assert(refused < result.requests.length / 2, `${refused} refused`);
  }
});

/**
 * Answers of archives that cannot bear a window or a page of more than so much.
 */
const TOO_MUCH: [name: string, misbehave: Misbehaviour, argv?: string[]][] = [
  [
    "504 for a window of more than 1000 points",
    ({ inWindow }) => inWindow.length > 1000 ? { status: 504 } : undefined,
  ],
  [
    "silence for a window of more than 2500 points",
    ({ inWindow }) => inWindow.length > 2500 ? "silence" : undefined,
    IMPATIENT,
  ],
  [
    "413 for a limit of more than 2000",
    ({ window }) => window.limit > 2000 ? { status: 413 } : undefined,
  ],
  [
    "413 for a window of more than 1000 points",
    ({ inWindow }) => inWindow.length > 1000 ? { status: 413 } : undefined,
  ],
  [
    "silence after half of a page of more than 1500 points",
    ({ page }) =>
      page.length > 1500 ? { body: page[0]!.text, end: "silence" } : undefined,
    IMPATIENT,
  ],
];

Deno.test("get-bulk halves the window until the archive can answer, and the file is the same", async () => {
  const whole = await wholeOf([LONG, OTHER]);
  await forEach(TOO_MUCH, async ([name, misbehave, argv]) => {
    const handler = archiveOf([LONG, OTHER], misbehave);
    const result = await exportFrom(handler, argv);
    assertEquals(result.exit, 0, `${name}: ${result.stderr}`);
    assertSame(result.files, whole, name);
    assert(result.requests.length < 200, `${name}: ${result.requests.length}`);
  });
});

/** Long series that are read in slices of time, and in a few large pages. */
const PAGED: [count: number, argv: string[]][] = [
  [12_000, ["--page-size", "2000"]],
  [15_000, []],
];

Deno.test("get-bulk gets over any one request of a long series that fails", async () => {
  for (const [count, argv] of PAGED) {
    const series = [
      makeSeries({ key: "k1", eventType: "throughput", count }),
    ];
    const whole = await wholeOf(series, argv);
    const { requests } = await exportFrom(archiveOf(series), argv);
    const replies: [string, RawReply][] = [
      ...[408, 413, 429, 503, 504].map((status): [string, RawReply] => [
        `${status}`,
        { status, body: "{}" },
      ]),
      ["silence", "silence"],
      ["reset", "reset"],
    ];
    // The first request is for the list of tests.
    const cases = replies.flatMap(([name, reply], index) =>
      requests.slice(1).map((_, at) => ({ name, reply, at }))
        // In short, other requests of each kind.
        .filter(({ at }) => IS_LONG || (at + index) % 7 === 0)
    );
    await forEach(cases, async ({ name, reply, at }) => {
      let turn = 0;
      const result = await exportFrom(
        archiveOf(series, () => turn++ === at ? reply : undefined),
        reply === "silence" ? [...argv, ...IMPATIENT] : argv,
      );
      const hint = `${name} for request ${at + 1} of ${count} points`;
      assertEquals(result.exit, 0, `${hint}: ${result.stderr}`);
      assertSame(result.files, whole, hint);
    });
  }
});

testUnless(
  NOT_IN_SHORT,
  "get-bulk does not halve for ever: what no window helps against is an error of that series",
  async () => {
    const whole = await wholeOf([OTHER]);
    const never: [string, RawReply][] = [
      ["504", { status: 504 }],
      ["413", { status: 413 }],
      ["silence", "silence"],
    ];
    await forEach(never, async ([name, reply]) => {
      const result = await exportFrom(
        archiveOf(
          [LONG, OTHER],
          ({ series }) => series === LONG ? reply : undefined,
        ),
        ["--retry", "1", ...(reply === "silence" ? IMPATIENT : [])],
      );
      assertEquals(result.exit, 3, `${name}: ${result.stderr}`);
      assertSame(result.files, whole, name);
      const told = linesOf(result)
        .find((line) => /throughput of .*k1/.test(line));
      assertMatch(told ?? "", /504|413|nothing/, `${name}: ${result.stderr}`);
      assert(result.requests.length < 80, `${name}: ${result.requests.length}`);
    });
  },
);
