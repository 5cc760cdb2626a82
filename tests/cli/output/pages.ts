/** Pages of points as texts, and as the client reads them. */

import { Body } from "../../../client/body.ts";
import { pointOfText } from "../../../client/data_point.ts";
import type { PointPage } from "../../../client/point_pages.ts";
import { pointsOf } from "../../../client/points.ts";
import { DataPoint, type JsonValue } from "../../../mod.ts";
import { fc } from "../../packages/fast_check.ts";

/** The page of an answer. */
export function pageOf(text: string): PointPage<JsonValue> {
  const points = pointsOf({
    status: 200,
    url: "http://127.0.0.1/",
    mediaType: "application/json",
    headers: new Headers(),
    body: new Body(new TextEncoder().encode(text)),
    text,
    ms: 1,
  });
  return {
    length: points.length,
    values: points.values,
    numbers: points.numbers,
    points: (from, to) =>
      points.slice(from, to).map(({ second, point, text, isValue }) =>
        isValue
          ? pointOfText(DataPoint<JsonValue>, second, text)
          : new DataPoint(point, text)
      ),
  };
}

/** Numbers as archives send them, and as JSON allows them. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer().map(String) },
  { weight: 4, arbitrary: fc.nat(1e9).map((n) => `${n}.0`) },
  { weight: 2, arbitrary: fc.nat(9999).map((n) => `0.${n + 1}`) },
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
  fc.constantFrom(
    ...["0", "-0", "0.0", "-0.0", "1.50", "0.00001", "0.0001", "-0.00012"],
    ...["1e5", "1E+5", "-10.50E+00", "9007199254740993", "1e400", "314159"],
  ),
);

/** Steps of time: archives have odd ones, and points of one second. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant(60) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 3600) },
  fc.nat(100_000),
  fc.nat(200_000_000),
);

const first = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1.4e9, max: 1.8e9 }) },
  fc.constantFrom(0, -5, 999_999_990, 1_234_567_890, 1_709_251_150),
  fc.constantFrom(9_999_999_000, 253_402_127_990, -62_135_596_801),
);

/** Now and then there is something else among the numbers, or nothing else. */
const other = fc.oneof(
  fc.constantFrom("null", '"5"', "[1]", '{"val":1}', "true", "[ ]"),
  fc.constantFrom('{"10.5":3, "9":1.0}', '[{"ttl":1,"ip":"192.0.2.1"}]'),
  fc.constantFrom('{"é":"🚀"}', '"NaN"', '"\\u0007\x7f"', "[\n1,\t2\r\n]"),
  fc.nat(9).map((n) => JSON.stringify("x".repeat(1 << (2 * n)))),
);

const SIZE = { maxLength: 40 };

/** Pages that follow each other, in order of time. */
export const pages: fc.Arbitrary<string[]> = fc.tuple(
  first,
  fc.constantFrom(["", ","], [" ", ", "], ["\n  ", " ,\n"]),
  fc.array(
    fc.tuple(
      fc.oneof(
        { weight: 3, arbitrary: fc.array(fc.tuple(step, value), SIZE) },
        fc.array(fc.tuple(step, other), SIZE),
      ),
      fc.option(other, { freq: 8 }),
    ),
    { minLength: 1, maxLength: 4 },
  ),
).map(([first, [space, comma], all]) => {
  let ts = first;
  const point = (val: string) =>
    `{"ts":${space}${ts}${comma}"val":${space}${val}}`;
  return all.map(([points, other]) => {
    const texts = points.map(([step, val]) => {
      ts += step;
      return point(val);
    });
    if (other !== null) texts.push(point(other));
    return `[${texts.join(comma)}]`;
  });
});
