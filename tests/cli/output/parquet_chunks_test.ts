import { assertEquals } from "@std/assert";
import { decodeString } from "../../../client/json.ts";
import type { Lead, Row } from "../../../client/rows.ts";
import { ParquetOutput, valueOf } from "../../../cli/output/parquet.ts";
import { IDENTITY_COLUMNS } from "../../../cli/output/rows.ts";
import { fc } from "../../packages/fast_check.ts";
import {
  type ListedColumn,
  parquetOfLists,
} from "../../packages/parquet_lists.ts";
import { Bytes } from "./sinks.ts";

const GROUP = 1 << 14;

/** The lead of a series. */
function leadOf(key: string, source: string, window: number): Lead {
  return {
    columns: IDENTITY_COLUMNS,
    cells: [
      ...['"http://192.0.2.9/"', JSON.stringify(key), JSON.stringify(source)],
      ...["null", "null", '"iperf3"', '"throughput"', '"average"'],
      String(window),
    ],
  };
}

async function written(rows: Row[]): Promise<Uint8Array> {
  const bytes = new Bytes();
  const output = new ParquetOutput(bytes);
  for (const row of rows) await output.write(row);
  await output.end();
  return bytes.bytes;
}

/** The same columns as lists, which the package writes. */
function listed(rows: Row[]): Uint8Array {
  const groups: ListedColumn[][] = [];
  for (let from = 0; from < rows.length; from += GROUP) {
    const group = rows.slice(from, from + GROUP);
    const values = group.map(({ cells }) => valueOf(cells[0]!));
    groups.push([
      ...IDENTITY_COLUMNS.map((name, at): ListedColumn => ({
        name,
        data: group.map(({ lead }) => {
          const cell = lead!.cells[at]!;
          if (name === "summary_window") return Number(cell);
          return cell === "null" ? "" : decodeString(cell);
        }),
      })),
      {
        name: "timestamp",
        data: group.map(({ tsEpoch }) =>
          Number.isNaN(tsEpoch) ? null : BigInt(tsEpoch!) * 1000n
        ),
      },
      { name: "value", data: values.map(({ number }) => number) },
      { name: "value_json", data: values.map(({ json }) => json) },
    ]);
  }
  return parquetOfLists(groups);
}

function rowsOf(
  count: number,
  runs: Lead[],
  step: (row: number) => number,
  value: (row: number) => string,
): Row[] {
  let tsEpoch = 1456790400;
  return Array.from({ length: count }, (_, row) => {
    const lead = runs[Math.floor(row * runs.length / count)]!;
    tsEpoch += step(row);
    return { lead, columns: ["value"], cells: [value(row)], tsEpoch };
  });
}

/** Numbers that look like chance, always the same. */
function chance(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223 >>> 0;
    return Math.floor(state / 2 ** 32 * most);
  };
}

Deno.test("columns are written as the package writes lists of the same values, byte for byte", async () => {
  const shape = fc.record({
    count: fc.oneof(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 3000 }),
    ),
    runs: fc.integer({ min: 1, max: 60 }),
    seed: fc.nat(),
    steps: fc.constantFrom(0, 1, 2, 100, 86_400, 10 ** 9),
    isEven: fc.boolean(),
    distinct: fc.constantFrom(1, 2, 3, 16, 17, 300, 1500, 10 ** 9),
    digits: fc.constantFrom(0, 1, 4),
    odd: fc.constantFrom("", "", "", "null", '"n/a"', "[1, 2]", "1e-7"),
    names: fc.array(fc.string({ unit: "binary" }), { minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(shape, async (shape) => {
      const { count, distinct, digits, isEven, odd, steps } = shape;
      const draw = chance(shape.seed);
      const leads = Array.from({ length: shape.runs }, (_, n) => {
        const name = shape.names[n % shape.names.length]!.toWellFormed();
        return leadOf(`${name}${n % 7}`, name, n % 3);
      });
      const rows = rowsOf(
        count,
        leads,
        () => isEven ? steps : draw(steps + 1),
        (row) =>
          odd !== "" && draw(50) === 0
            ? odd
            : ((draw(distinct) + 1) / 10 ** digits).toFixed(
              row % 2 === 0 ? digits : Math.max(1, digits),
            ),
      );
      const within = rows.filter(({ tsEpoch }) => tsEpoch! < 253402127999);
      assertEquals(await written(within), listed(within));
    }),
    { numRuns: 60, seed: 2016 },
  );
});

Deno.test("whole groups are written so, too, and what is left after them", async () => {
  const draw = chance(1);
  const lead = leadOf("f00", "192.0.2.1", 0);
  for (const distinct of [900, 10 ** 9]) {
    const rows = rowsOf(
      2 * GROUP + 100,
      [lead],
      () => 60,
      () => `${draw(distinct)}.5`,
    );
    assertEquals(await written(rows), listed(rows), `${distinct}`);
  }
});

Deno.test("times before 1970, and the first and the last of the calendar, are written so, too", async () => {
  const times = [-62135596800, -1, 0, 253402127999];
  const rows = rowsOf(200, [leadOf("a", "b", 0)], () => 0, (row) => `${row}`)
    .map((row, n) => ({
      ...row,
      tsEpoch: times[Math.floor(n / 50)]! + n % 50 * -(n < 50 ? -1 : 1),
    }))
    .filter(({ tsEpoch }) => tsEpoch <= 253402127999);
  assertEquals(await written(rows), listed(rows));
});
