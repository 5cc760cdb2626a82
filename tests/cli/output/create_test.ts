import { assert, assertEquals, assertThrows } from "@std/assert";
import { createOutput } from "../../../cli/output/create.ts";
import type { OutputOptions } from "../../../cli/output/output.ts";
import type { Lead, Row } from "../../../client/rows.ts";
import type { Format } from "../../../cli/names.ts";
import { fc } from "../../packages/fast_check.ts";
import { Pieces } from "./sinks.ts";

const TEXTS = ["human", "json", "csv", "ndjson"] as const;
const COLUMNS = ["a", "b", "c", "d"];
const LEAD: Lead = {
  columns: COLUMNS.slice(0, 2),
  cells: ['"x,\\"y\\""', '["l",1.50]'],
};

/** Rows of two series, some cells of which no format prints as they are. */
const ROWS: Row[] = [
  ["1", '"2016-03-01 00:00:00"'],
  ["1.10", '"a,b"'],
  ["null", "[1,[2]]"],
  ["-0", '{"k":"\\u001b"}'],
].flatMap((cells, index) => {
  const lead = index < 2 ? LEAD : { ...LEAD, cells: ["null", '"é"'] };
  return [{ lead, columns: COLUMNS.slice(2), cells }];
});

function printed(
  format: Format,
  rows: readonly Row[],
  options: Partial<OutputOptions> = {},
): Pieces {
  const sink = new Pieces();
  const given = { sink, columns: COLUMNS, closing: "\n", isTerminal: false };
  const output = createOutput(format, { ...given, ...options });
  for (const row of rows) assertEquals(output.write(row), undefined);
  output.end();
  return sink;
}

for (const format of TEXTS) {
  Deno.test(`${format} is the same whether rows have a lead or all of their cells`, () => {
    const whole = ROWS.map(({ lead, columns, cells }) => ({
      columns: [...lead!.columns, ...columns],
      cells: [...lead!.cells, ...cells],
    }));
    for (const isTerminal of [true, false]) {
      for (const keepsLists of [true, false]) {
        const lists = (rows: Row[]) =>
          rows.map((row) => ({ ...row, keepsLists }));
        assertEquals(
          printed(format, lists(ROWS), { isTerminal }).all,
          printed(format, lists(whole), { isTerminal }).all,
        );
      }
    }
  });

  Deno.test(`${format} gives the sink one piece of text for each row`, () => {
    const { all } = printed(format, ROWS);
    assertEquals(all.length, ROWS.length + (format === "ndjson" ? 0 : 1));
    for (const piece of all) assert(piece !== "");
  });

  Deno.test(`${format} that is resumed is the same as an uninterrupted one, wherever it stopped`, () => {
    for (let count = 1; count <= ROWS.length; count++) {
      const sink = new Pieces();
      const options = { sink, columns: COLUMNS, closing: "\n" };
      const output = createOutput(format, { ...options, isTerminal: false });
      for (const row of ROWS.slice(0, count)) output.write(row);
      const rest = printed(format, ROWS.slice(count), { isContinued: true });
      assertEquals(sink.text + rest.text, printed(format, ROWS).text);
    }
  });

  Deno.test(`${format} waits for a sink that wants to be waited for, and for no other`, async () => {
    let go = () => {};
    const wait = new Promise<void>((resolve) => go = resolve);
    const output = createOutput(format, {
      sink: { write: () => wait, flush: () => wait },
      columns: COLUMNS,
      closing: "",
      isTerminal: false,
    });
    const waits = output.write(ROWS[0]!);
    assertEquals(waits, wait);
    go();
    await waits;
  });

  Deno.test(`${format} prints any cells of any rows with a lead as without one`, () => {
    const cell = fc.jsonValue().map((value) => JSON.stringify(value));
    const leads = fc.array(
      fc.record({ columns: fc.constant(["a"]), cells: fc.tuple(cell) }),
      { minLength: 1, maxLength: 3 },
    );
    const rows = fc.array(fc.tuple(fc.nat(2), cell));
    fc.assert(fc.property(leads, rows, (leads, rows) => {
      const withLeads = rows.map(([which, cell]) => ({
        lead: leads[which % leads.length]!,
        columns: ["b"],
        cells: [cell],
      }));
      const without = withLeads.map(({ lead, cells }) => ({
        columns: ["a", "b"],
        cells: [...lead.cells, ...cells],
      }));
      const columns = ["a", "b"];
      assertEquals(
        printed(format, withLeads, { columns }).all,
        printed(format, without, { columns }).all,
      );
    }));
  });
}

Deno.test("createOutput() makes no Parquet without a writer and types", () => {
  assertThrows(() => printed("parquet", ROWS), TypeError, "writer");
});
