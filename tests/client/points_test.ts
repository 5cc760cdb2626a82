import { assert, assertEquals, assertThrows } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { isPlainNumber } from "../../client/cell.ts";
import { ArchiveResponseError } from "../../client/errors.ts";
import { Body } from "../../client/body.ts";
import type { HttpAnswer } from "../../client/http.ts";
import { elements, isObject, member } from "../../client/json.ts";
import { secondsOf } from "../../client/parameters.ts";
import { pointsOf, type SeriesPoint } from "../../client/points.ts";

function answerOf(text: string): HttpAnswer {
  return {
    status: 200,
    url: "http://127.0.0.1/",
    mediaType: "application/json",
    headers: new Headers(),
    body: new Body(new TextEncoder().encode(text)),
    text,
    ms: 1,
  };
}

/** What `JSON.parse` makes of a point, and the exact text of its value. */
interface Expected {
  ts: unknown;
  val: unknown;
  text: string | undefined;
}

/** The points of a page by way of `JSON.parse`. */
function slowly(page: string): Expected[] {
  const values = JSON.parse(page) as unknown[];
  return elements(page).map((text, index) => {
    if (!isObject(text)) return { ts: NaN, val: values[index], text };
    const { ts, val } = values[index] as Record<string, unknown>;
    const seconds = typeof ts === "number" ? ts : secondsOf(ts);
    return { ts: seconds, val, text: member(text, "val") };
  });
}

/** The same of a point that was read. */
function shown({ second, point, text, isValue }: SeriesPoint): Expected {
  assert(Object.is(second, point.ts), text);
  return {
    ts: point.ts,
    val: point.val,
    text: isObject(text) && !isValue ? member(text, "val") : text,
  };
}

/**
 * Fails unless every way to look at the points of a page shows what
 * `JSON.parse` makes of it.
 */
function assertSame(page: string): void {
  const wanted = slowly(page);
  const points = pointsOf(answerOf(page));
  const indexes = wanted.keys().toArray();
  assertEquals(points.length, wanted.length, page);
  assertEquals([...points].map(shown), wanted, page);
  assertEquals(
    indexes.map((i) => shown(points.slice(i, i + 1)[0]!)),
    wanted,
    page,
  );
  assertEquals(indexes.map((i) => points.second(i)), wanted.map((p) => p.ts));
  assertEquals(
    indexes.map((i) => points.value(i)),
    [...points].map(({ text, isValue }) =>
      isValue ? text : member(text, "val") ?? text
    ),
  );
  const times = wanted.map(({ ts }) => ts as number);
  const isLater = (second: number, at: number) =>
    at === 0 || second > times[at - 1]!;
  if (points.values !== undefined) {
    assertEquals(points.isAscending, times.every(isLater), page);
    const isPlain = wanted.every(({ val, text }) =>
      typeof val === "number" && isPlainNumber(text!)
    );
    assertEquals(points.values.isPlain, isPlain, page);
  } else assert(!points.isAscending);
  for (const [index, { ts, val }] of [...points].map(shown).entries()) {
    assert(Object.is(ts, wanted[index]!.ts), `-0: ${page}`);
    if (typeof val !== "number") continue;
    assert(Object.is(val, wanted[index]!.val), `-0: ${page}`);
  }
}

/** How a page was read: as numbers, as any values, or by way of objects. */
function wayOf(page: string): "numbers" | "values" | "objects" {
  const { numbers, values } = pointsOf(answerOf(page));
  if (numbers) assertEquals(numbers, values);
  return numbers ? "numbers" : values ? "values" : "objects";
}

/** The texts of the values that are bytes. */
function bytesIn(page: string): string[] | undefined {
  const { values } = pointsOf(answerOf(page));
  return values && Array.from(values.seconds, (_, at) => {
    const [begin, end] = values.spans.subarray(2 * at, 2 * at + 2);
    return new TextDecoder().decode(values.bytes.subarray(begin, end));
  });
}

const space = fc.array(fc.constantFrom(" ", "\n", "\t", "\r"), {
  maxLength: 2,
}).map((some) => some.join(""));

const digits = (maxLength: number) =>
  fc.array(fc.constantFrom(..."0123456789"), { minLength: 1, maxLength })
    .map((some) => some.join(""));

const whole = fc.oneof(
  fc.integer({ min: 0, max: 2_000_000_000 }).map(String),
  digits(20).map((text) => text.replace(/^0+(?=\d)/, "")),
  fc.constantFrom("0", "999999999999999", "9007199254740993"),
);

/** Every spelling of a number that JSON knows. */
const number = fc.tuple(
  fc.constantFrom("", "", "-"),
  whole,
  fc.option(digits(6), { nil: undefined }),
  fc.option(
    fc.tuple(
      fc.constantFrom("e", "E"),
      fc.constantFrom("", "+", "-"),
      digits(3),
    ),
    { nil: undefined, freq: 3 },
  ),
).map(([sign, int, fraction, exponent]) =>
  sign + int + (fraction === undefined ? "" : `.${fraction}`) +
  (exponent?.join("") ?? "")
);

/** What does not belong into a page of numbers, but comes. */
const odd = fc.constantFrom(
  "null",
  "true",
  '""',
  '"5"',
  '" 1456790400.9 "',
  '"\\u0035"',
  '"a,\\"]}"',
  "[]",
  "[1,[2]]",
  "{}",
  '{"val":1,"ts":2}',
  '{"10":1,"9":2}',
);

const joined = (parts: fc.Arbitrary<string>[]) =>
  fc.tuple(
    ...parts.flatMap((part) => [space, part]),
  ).map((texts) => texts.join(""));

const c = (text: string) => fc.constant(text);

/** A point as archives send it, with room between its parts. */
const plain = joined(
  [
    c("{"),
    c('"ts"'),
    c(":"),
    number,
    c(","),
    c('"val"'),
    c(":"),
    number,
    c("}"),
  ],
);

const key = fc.constantFrom('"ts"', '"val"', '"va\\u006c"', '"x"', '"ts "');

/** A point whose members are any, in any order, also several times. */
const strange = fc.array(fc.tuple(key, fc.oneof(number, odd)), { maxLength: 4 })
  .map((members) => `{${members.map((pair) => pair.join(":")).join()}}`);

const pageOf = (point: fc.Arbitrary<string>) =>
  fc.tuple(fc.array(joined([point]), { maxLength: 8 }), space, space).map((
    [points, before, after],
  ) => `${before}[${points.join()}${after}]${before}`);

Deno.test("pointsOf() reads pages of numbers as JSON.parse does, however they are spelled", () => {
  fc.assert(fc.property(pageOf(plain), assertSame), { seed: 1, numRuns: 400 });
});

Deno.test("pointsOf() reads pages of anything as JSON.parse does", () => {
  const any = fc.oneof({ weight: 4, arbitrary: plain }, strange, odd, number);
  fc.assert(fc.property(pageOf(any), assertSame), { seed: 2, numRuns: 400 });
});

Deno.test("pointsOf() reads pages that differ from numbers in one place as JSON.parse does", () => {
  const usual = '{"ts":1456790400,"val":7016320000.0}';
  for (
    const other of [
      '{"ts":1456790401,"val":"5"}',
      '{"ts":"1456790401","val":5}',
      '{"ts":1456790401.5,"val":5}',
      '{"ts":1e9,"val":5}',
      '{"ts":1456790401,"val":5,"x":1}',
      '{"ts":1456790401,"val":5,"val":6}',
      '{"ts":1,"ts":1456790401,"val":5}',
      '{"val":5,"ts":1456790401}',
      '{"ts":1456790401}',
      '{"ts":1456790401,"val":null}',
      '{"ts":1456790401,"val":[1]}',
      '{"ts":1456790401,"val":{"val":1}}',
      '{"t\\u0073":1456790401,"val":1}',
      "5",
      "{}",
    ]
  ) {
    for (
      const points of [
        ...[[usual, other], [other, usual], [other]],
        ...[[usual, usual, other], [usual, usual, usual, other, usual]],
      ]
    ) {
      assertSame(`[${points.join()}]`);
      assertSame(` [ ${points.join(" , ")} ]\n`);
    }
  }
  assertSame("[]");
  assertSame(" [ ] ");
});

Deno.test("pointsOf() reads plain numbers the fast way, and everything else the slow way", () => {
  const values = ["7016320000.0", "0", "-0.0", "1e-07", "9007199254740993"];
  const texts = values.map((val, ts) => `{"ts": ${ts}, "val": ${val}}`);
  assertEquals(wayOf(`[${texts.join(", ")}]`), "numbers");
  assertEquals(wayOf(`[\n    ${texts.join(",\n    ")}\n]\n`), "numbers");
  for (const value of ["null", '"é"', '{"5": [1, {}]}', "[ ]", "true"]) {
    const page = `[${texts.join()},{"ts":7, "val": ${value} }]`;
    assertEquals(wayOf(page), "values");
    assertEquals(bytesIn(page), [...values, value]);
  }
  for (const odd of ['{"ts":1,"val":1,"x":1}', "5", '{"ts":1,"val":NaN}']) {
    assertEquals(wayOf(`[${texts.join()},${odd}]`), "objects");
  }
});

const json = fc.oneof(
  fc.json({ stringUnit: "binary" }),
  fc.json({ stringUnit: "grapheme", maxDepth: 5 }),
  fc.jsonValue().map((value) => JSON.stringify(value, null, 2)),
);

Deno.test("pointsOf() reads pages of whatever values as JSON.parse does, and nothing is made of them", () => {
  const points = fc.array(fc.tuple(whole, json), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(points, (points) => {
      const texts = points.map(([ts, val]) => `{"ts": ${ts}, "val": ${val}}`);
      const page = `[${texts.join(", ")}]`;
      assertSame(page);
      const bytes = bytesIn(page);
      if (bytes) assertEquals(bytes, points.map(([, val]) => val.trim()));
      const isShort = points.every(([ts]) => ts.length < 16);
      assertEquals(bytes !== undefined, isShort, page);
    }),
    { seed: 3, numRuns: 400 },
  );
});

Deno.test("pointsOf() refuses values that are nested too deep, or have too many parts, in the same words", () => {
  const nested = (depth: number) =>
    `[{"ts":1,"val":${"[".repeat(depth)}${"]".repeat(depth)}}]`;
  assertEquals(wayOf(nested(499)), "values"); // the point is the first level
  const deep = answerOf(nested(500));
  assertThrows(() => pointsOf(deep), ArchiveResponseError, "500 levels deep");
});

/** Changes a good page in one place, thousands of times. */
function assertDamagedAsJson(good: string, inserted: string, seed: number) {
  const change = fc.record({
    at: fc.nat(good.length),
    cut: fc.nat(2),
    insert: fc.oneof(fc.constant(""), fc.constantFrom(...inserted)),
  });
  let damaged = 0;
  fc.assert(
    fc.property(change, ({ at, cut, insert }) => {
      const page = good.slice(0, at) + insert + good.slice(at + cut);
      let isList = false;
      try {
        isList = Array.isArray(JSON.parse(page));
      } catch {
        damaged++;
      }
      if (isList) assertSame(page);
      else {
        const answer = answerOf(page);
        assertThrows(() => pointsOf(answer), ArchiveResponseError);
      }
    }),
    { seed, numRuns: 3000 },
  );
  assert(damaged > 1000, `${damaged}`);
}

Deno.test("pointsOf() takes for damaged what JSON.parse does", () => {
  assertDamagedAsJson(
    '[{"ts":1456790400,"val":70.5e1},{"ts":1456790401,"val":5},' +
      '{"ts":1456790402,"val":6},{"ts":-14,"val":0}]',
    "[]{},:\"'+-.eE0159 \n\u00a0\ufefftsvalx\\",
    5,
  );
  assertDamagedAsJson(
    '[{"ts":1,"val":{"a\\u00e9\\n":[true,false,null,-1.5e3,"x\\"]}"],"":{}}},{"ts":2,"val":[[]]}]',
    "[]{},:\"'+-.eE0159 \n\u00a0\ufeffutrlsbf\\\0\x1f",
    6,
  );
});

Deno.test("pointsOf() refuses numbers that are not JSON", () => {
  const bad =
    "01 -01 00 - +1 1. .5 1.e5 1e 1e+ 1e1.5 0x10 1_0 nan inf -NaN 1NaN NaNs +Infinity 1n";
  for (const number of bad.split(" ")) {
    for (
      const page of [
        `[{"ts":${number},"val":1}]`,
        `[{"ts":1,"val":${number}}]`,
        `[{"ts":1,"val":1},{"ts":2,"val":${number}}]`,
      ]
    ) {
      const answer = answerOf(page);
      assertThrows(() => pointsOf(answer), ArchiveResponseError, "damaged");
    }
  }
});

Deno.test("pointsOf() does not read the bytes of another charset, or none that is valid, as UTF-8", () => {
  const page = `[{"ts":5,"val":"\u00e9"}]`;
  const latin1 = Uint8Array.from(page, (char) => char.charCodeAt(0));
  const utf8 = new TextEncoder().encode(page);
  const read = (bytes: Uint8Array, charset: string) => {
    const headers = new Headers({
      "content-type": `text/x; charset=${charset}`,
    });
    const text = new TextDecoder(charset).decode(bytes);
    const answer = { ...answerOf(text), headers, body: new Body(bytes) };
    const [point] = pointsOf(answer);
    return [point!.point.val, point!.isValue];
  };
  assertEquals(read(latin1, "iso-8859-1"), ["\u00e9", false]);
  assertEquals(read(utf8, "UTF-8"), ["\u00e9", true]);
  // The text of an answer is decoded strictly, which fails there.
  assertEquals(read(latin1, "utf-8"), ["\ufffd", false]);
});

Deno.test("pointsOf() takes every page that is cut off for damaged", () => {
  const page =
    ' [ {"ts" : 14567 , "val" : 70.5e+1 } , {"ts" : 1 , "val" : 2 }' +
    ' , {"ts":-1,"val":0} ] ';
  for (let end = 0; end < page.trimEnd().length; end++) {
    const cut = answerOf(page.slice(0, end));
    assertThrows(() => pointsOf(cut, 7), ArchiveResponseError, "7 had");
  }
});
