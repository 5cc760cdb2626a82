import { assert, assertEquals } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { type PageReport, PageSizes } from "../../client/page_sizes.ts";

const QUICK = 50;

/** A full page of points of so many bytes. */
function full(limit: number, bytes = 30, ms = QUICK): PageReport {
  return { limit, points: limit, bytes: limit * bytes, ms };
}

/** The sizes of the first pages of a fast archive. */
function growth(dialect: "esmond" | "elmond"): number[] {
  const sizes = new PageSizes();
  const found: number[] = [];
  for (let i = 0; i < 4; i++) {
    const limit = sizes.next("a", dialect);
    found.push(limit);
    sizes.learn("a", full(limit));
  }
  return found;
}

Deno.test("pages grow while they are full and quick, up to what each kind of archive can page through", () => {
  assertEquals(growth("esmond"), [1000, 4000, 10_000, 10_000]);
  assertEquals(growth("elmond"), [1000, 4000, 5000, 5000]);
});

Deno.test("pages do not grow for one that was not full, or not quick", () => {
  const reports: PageReport[] = [
    { ...full(1000), points: 899 },
    { ...full(1000), points: 0, bytes: 2 },
    full(1000, 30, 2001),
    full(1000, 30, 9999),
  ];
  for (const report of reports) {
    const sizes = new PageSizes();
    sizes.learn("a", report);
    assertEquals(sizes.next("a", "esmond"), 1000);
  }
});

Deno.test("pages of large points have few of them, from the first report on", () => {
  const sizes = new PageSizes();
  sizes.learn("a", full(1000, 40_000));
  const limit = sizes.next("a", "esmond");
  assert(limit * 40_000 <= 4 << 20 && limit > 90, `${limit}`);
  sizes.learn("a", full(limit, 100 << 20));
  assertEquals(sizes.next("a", "esmond"), 1);
});

Deno.test("pages become larger again when points become small again", () => {
  const sizes = new PageSizes();
  sizes.learn("a", full(1000, 40_000));
  const small = sizes.next("a", "esmond");
  for (let i = 0; i < 6; i++) sizes.learn("a", full(sizes.next("a", "esmond")));
  assert(sizes.next("a", "esmond") > small);
  assertEquals(sizes.next("a", "esmond"), 10_000);
});

Deno.test("pages become half as large when they are slow, but not less than 100", () => {
  const sizes = new PageSizes();
  const found: number[] = [];
  for (let i = 0; i < 6; i++) {
    found.push(sizes.next("a", "esmond"));
    sizes.learn("a", full(found.at(-1)!, 30, 10_001));
  }
  assertEquals(found, [1000, 500, 250, 125, 100, 100]);
});

Deno.test("pages become half as large when one cannot be had, but not less than 100", () => {
  const sizes = new PageSizes();
  const found: number[] = [];
  for (let i = 0; i < 5; i++) {
    sizes.shrink("a", sizes.next("a", "esmond"));
    found.push(sizes.next("a", "esmond"));
  }
  assertEquals(found, [500, 250, 125, 100, 100]);
});

Deno.test("large pages that could not be had, asked for together, make pages half as large once", () => {
  const sizes = new PageSizes();
  for (const limit of [1000, 4000]) sizes.learn("a", full(limit));
  for (let i = 0; i < 6; i++) sizes.shrink("a", 10_000);
  assertEquals(sizes.next("a", "esmond"), 5000);
  sizes.shrink("a", 1000);
  sizes.shrink("a", 10_000);
  assertEquals(sizes.next("a", "esmond"), 500);
});

Deno.test("pages do not grow again to what could not be had, but to what any archive can do", () => {
  for (const [limit, most] of [[10_000, 5000], [4000, 2000], [1000, 1000]]) {
    const sizes = new PageSizes();
    for (const each of [1000, 4000]) sizes.learn("a", full(each));
    sizes.shrink("a", limit!);
    for (let i = 0; i < 6; i++) {
      sizes.learn("a", full(sizes.next("a", "esmond")));
    }
    assertEquals(sizes.next("a", "esmond"), most);
  }
});

Deno.test("pages of very large points become no larger when one cannot be had", () => {
  const sizes = new PageSizes();
  sizes.learn("a", full(1000, 1 << 20));
  assertEquals(sizes.next("a", "esmond"), 4);
  sizes.shrink("a", 4);
  assert(sizes.next("a", "esmond") <= 4);
});

Deno.test("a late report of a small page takes nothing back", () => {
  const sizes = new PageSizes();
  for (const limit of [1000, 4000]) sizes.learn("a", full(limit));
  for (
    const report of [
      full(1000),
      full(100),
      { ...full(12), limit: 1000 },
      { ...full(1000), points: 0, bytes: 2 },
      full(100, 30, 5000),
    ]
  ) {
    sizes.learn("a", report);
    assertEquals(sizes.next("a", "esmond"), 10_000);
  }
});

Deno.test("a late report of a large page that was slow does not make pages larger", () => {
  const sizes = new PageSizes();
  for (let i = 0; i < 3; i++) sizes.shrink("a", sizes.next("a", "esmond"));
  for (const limit of [10_000, 4000, 1000]) {
    sizes.learn("a", full(limit, 30, 20_000));
    assertEquals(sizes.next("a", "esmond"), 125);
  }
});

Deno.test("kinds of data do not learn from each other", () => {
  const sizes = new PageSizes();
  sizes.learn("a", full(1000));
  sizes.shrink("b", 1000);
  assertEquals(
    ["a", "b", "c"].map((kind) => sizes.next(kind, "esmond")),
    [4000, 500, 1000],
  );
});

Deno.test("a size that was asked for never changes, save that elmond has no page beyond 10,000", () => {
  for (const fixed of [1, 7, 1000, 10_000, 123_456]) {
    const sizes = new PageSizes(fixed);
    for (
      const change of [
        () => {},
        () => sizes.learn("a", full(fixed)),
        () => sizes.learn("a", full(fixed, 1 << 20, 30_000)),
        () => sizes.shrink("a", fixed),
      ]
    ) {
      change();
      assertEquals(sizes.next("a", "esmond"), fixed);
      assertEquals(sizes.next("a", "elmond"), Math.min(fixed, 10_000));
    }
  }
});

Deno.test("sizes are whole numbers an archive takes, whatever is reported", () => {
  const report = fc.record({
    limit: fc.integer({ min: 1, max: 10_000 }),
    points: fc.integer({ min: 0, max: 40_000 }),
    bytes: fc.integer({ min: 2, max: 128 << 20 }),
    ms: fc.double({ min: 0, max: 60_000, noNaN: true }),
  });
  const step = fc.oneof(report, fc.integer({ min: 0, max: 10_000 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const sizes = new PageSizes();
      for (const each of steps) {
        if (typeof each === "number") sizes.shrink("a", each);
        else sizes.learn("a", each);
        for (const [dialect, most] of [["esmond", 10_000], ["elmond", 5000]]) {
          const size = sizes.next("a", dialect as "esmond");
          assert(Number.isInteger(size) && size >= 1, `${size}`);
          assert(size <= Number(most), `${size} for ${dialect}`);
        }
      }
    }),
    { seed: 3, numRuns: 300 },
  );
});

Deno.test("a short page is whole if a longer one has come, or if it has fewer than 100 points", () => {
  const sizes = new PageSizes();
  assertEquals([99, 100].map((points) => sizes.isWhole(points)), [true, false]);
  sizes.learn("a", { ...full(1000), points: 500 });
  assertEquals(
    [499, 500, 501].map((points) => sizes.isWhole(points)),
    [true, false, false],
  );
});

Deno.test("a short page after which nothing came is whole, unless its size is a round number", () => {
  const sizes = new PageSizes();
  sizes.ended(1440);
  assertEquals(
    [1440, 1441].map((points) => sizes.isWhole(points)),
    [true, false],
  );
  sizes.ended(2000);
  assertEquals(sizes.isWhole(2000), false);
});

Deno.test("a cap holds for all kinds of data, but not for a size that was asked for", () => {
  const sizes = new PageSizes();
  sizes.learn("a", full(1000));
  sizes.capped(500);
  assertEquals(["a", "b"].map((kind) => sizes.next(kind, "esmond")), [
    500,
    500,
  ]);
  const fixed = new PageSizes(1000);
  fixed.capped(500);
  assertEquals(fixed.next("a", "esmond"), 1000);
});
