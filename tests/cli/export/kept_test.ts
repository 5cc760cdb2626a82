import { assertEquals } from "@std/assert";
import { KeptRows } from "../../../cli/export/kept.ts";
import type { PrintedRow } from "../../../cli/export/printed.ts";

/** Rows of these seconds, and whether their reading was ended. */
function source(seconds: number[]) {
  const state = { isEnded: false, read: 0 };
  async function* rows(): AsyncGenerator<PrintedRow, void, void> {
    try {
      for (const [n, second] of seconds.entries()) {
        state.read++;
        yield { second, text: `row ${n}` };
      }
    } finally {
      state.isEnded = true;
    }
  }
  return { state, rows: rows() };
}

async function taken(
  kept: KeptRows,
): Promise<[number, string[]][]> {
  const all: [number, string[]][] = [];
  while (kept.second !== Infinity) {
    const { second } = kept;
    all.push([second, (await kept.take()).map(({ text }) => text)]);
  }
  return all;
}

Deno.test("KeptRows gives the rows second by second, and those without a time with the second before them", async () => {
  const kept = await KeptRows.open(source([1, 1, NaN, 3, NaN, NaN, 4]).rows);
  assertEquals(await taken(kept), [
    [1, ["row 0", "row 1", "row 2"]],
    [3, ["row 3", "row 4", "row 5"]],
    [4, ["row 6"]],
  ]);
  assertEquals(await kept.take(), []);
});

Deno.test("KeptRows gives the rows without a time before the first one first", async () => {
  const kept = await KeptRows.open(source([NaN, 7]).rows);
  assertEquals(await taken(kept), [[-Infinity, ["row 0"]], [7, ["row 1"]]]);
});

Deno.test("KeptRows leaves out the rows up to a second, with those without a time that belong to it", async () => {
  const table: [after: number, expected: [number, string[]][]][] = [
    [2, [[3, ["row 3"]]]],
    [3, []],
  ];
  for (const [after, expected] of table) {
    const kept = await KeptRows.open(source([1, 2, NaN, 3]).rows, after);
    assertEquals(await taken(kept), expected);
  }
});

Deno.test("KeptRows reads no further than the first row of the next second, and ends its reading when it is closed", async () => {
  const { state, rows } = source([1, 2, 3, 4]);
  const kept = await KeptRows.open(rows);
  await kept.take();
  assertEquals(state, { isEnded: false, read: 2 });
  await kept.close();
  assertEquals(state, { isEnded: true, read: 2 });
  assertEquals([kept.second, await kept.take()], [Infinity, []]);
});
