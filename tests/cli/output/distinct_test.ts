import { assertEquals } from "@std/assert";
import { distinctIn } from "../../../cli/output/distinct.ts";

/** The distinct numbers of a column and the places, as lists. */
function distinct(numbers: number[]): [number[], number[]] | undefined {
  const found = distinctIn(Float64Array.from(numbers), numbers.length);
  return found && [[...found.values], [...found.indexes]];
}

Deno.test("distinctIn finds each number once, in the order of their rows", () => {
  const numbers = Array.from(
    { length: 40 },
    (_, row) => [7, -1.5, 7, 0][row % 4]!,
  );
  assertEquals(distinct(numbers), [
    [7, -1.5, 0],
    numbers.map((number) => [7, -1.5, 0].indexOf(number)),
  ]);
});

Deno.test("distinctIn keeps the sign of a zero", () => {
  const numbers = Array.from(
    { length: 40 },
    (_, row) => row % 2 === 0 ? 0 : -0,
  );
  assertEquals(distinct(numbers)?.[0].map((zero) => Object.is(zero, -0)), [
    false,
    true,
  ]);
});

Deno.test("distinctIn leaves numbers alone that a dictionary would not make half as large", () => {
  const of = (different: number) =>
    distinct(Array.from({ length: 800 }, (_, row) => row % different));
  // 321 and 322 values of 8 bytes, and 800 places of 9 bits, of 6400 bytes
  assertEquals(of(287)?.[0].length, 287);
  assertEquals(of(288), undefined);
  assertEquals(of(800), undefined);
});

Deno.test("distinctIn finds hundreds of numbers that come again far away", () => {
  const numbers = Array.from({ length: 16_384 }, (_, row) => row % 800 / 7);
  const [values, indexes] = distinct(numbers)!;
  assertEquals(values.length, 800);
  assertEquals(indexes.map((at) => values[at]), numbers);
});
