import { assert, assertEquals } from "@std/assert";
import { Columns } from "../../chart/columns.ts";
import { decimated } from "../../chart/decimate.ts";

const WINDOW = { start: 0, end: 1_000_000 };
const WIDTH = 920;

/** Values like those of a random walk, with outliers. */
function walk(count: number) {
  let state = 42;
  const random = () =>
    (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  let level = 50;
  const times: number[] = [];
  const values: number[] = [];
  for (let at = 0; at < count; at++) {
    times.push(Math.floor(at * WINDOW.end / count));
    level += random() - 0.5;
    values.push(random() < 0.001 ? level * 3 : level);
  }
  return { times, values };
}

/** The heights that lines cover in each column of pixels. */
function covered(lines: readonly (readonly [x: number, y: number][])[]) {
  const low = new Float64Array(WIDTH).fill(Infinity);
  const high = new Float64Array(WIDTH).fill(-Infinity);
  const cover = (column: number, y: number) => {
    low[column] = Math.min(low[column]!, y);
    high[column] = Math.max(high[column]!, y);
  };
  for (const line of lines) {
    for (const [at, [x, y]] of line.entries()) {
      const here = Math.min(WIDTH - 1, Math.floor(x));
      cover(here, y);
      if (at === 0) continue;
      const [x0, y0] = line[at - 1]!;
      const from = Math.min(WIDTH - 1, Math.floor(x0));
      for (let edge = from + 1; edge <= here; edge++) {
        const crossing = y0 + (edge - x0) / (x - x0) * (y - y0);
        cover(edge - 1, crossing);
        cover(edge, crossing);
      }
    }
  }
  return { low: [...low], high: [...high] };
}

for (const count of [10_000, 100_000, 1_000_000]) {
  Deno.test(`decimated() draws ${count} points in no pixel otherwise than all of them`, () => {
    const points = walk(count);
    const columns = new Columns(WINDOW, WIDTH);
    const breaks = [123_456, 123_460, 700_001];
    const pieces = decimated(points, (time) => columns.of(time), breaks);
    // Columns begin at whole seconds, and so do pixels here.
    const x = (time: number) => {
      const column = columns.of(time);
      const [from, to] = [columns.from(column), columns.from(column + 1)];
      return column + (time - from) / (to - from);
    };
    const point = (at: number): [number, number] => [
      x(points.times[at]!),
      points.values[at]!,
    ];
    const few = pieces.map((piece) => piece.map(point));
    const edges = [-Infinity, ...breaks, Infinity];
    const all = edges.slice(1).map((edge, at) =>
      points.times.flatMap((time, each) =>
        time >= edges[at]! && time < edge ? [point(each)] : []
      )
    );
    assertEquals(pieces.length, all.filter(({ length }) => length > 0).length);
    assertEquals(covered(few), covered(all));
    const kept = pieces.flat().length;
    assert(kept <= 4 * (WIDTH + breaks.length), `${kept} points`);
  });
}

Deno.test("decimated() breaks a line within a column, and keeps a point that is alone", () => {
  const points = { times: [0, 1, 2, 3, 4], values: [1, 2, 3, 4, 5] };
  const column = () => 0;
  assertEquals(decimated(points, column, [2, 2.5]), [[0, 1], [2], [3, 4]]);
  assertEquals(decimated(points, column, []), [[0, 4]]);
  assertEquals(decimated({ times: [], values: [] }, column, [1]), []);
  assertEquals(decimated(points, column, [-1, 0, 9]), [[0, 4]]);
});
