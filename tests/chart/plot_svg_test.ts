import { assert, assertEquals, assertMatch } from "@std/assert";
import { plotPicture } from "../../chart/plot_svg.ts";
import { svgFile } from "../../chart/svg.ts";
import { readMarkup } from "../helpers/markup.ts";
import {
  delayTest,
  type Faults,
  linkOf,
  START,
  throughputTest,
  WEEK,
} from "./measured.ts";

const HOUR = 3600;
const at = (hour: number) => START + hour * HOUR;

const FAULTY: Faults = {
  failed: (time) => time >= at(20) && time < at(22),
  missing: (time) => time >= at(50) && time < at(56),
  lost: (time) => time >= at(80) && time < at(81),
  loss: (time) => time > at(120) ? 0.02 : 0,
};

function draw(
  tests = [throughputTest(FAULTY), delayTest(FAULTY)],
  width = 1000,
) {
  return svgFile(plotPicture(linkOf(tests), { width }));
}

/** What is drawn of a class, as paths. */
function paths(svg: string, name: string): string[] {
  return readMarkup(svg).filter((each) => each.attributes["class"] === name)
    .flatMap(({ attributes: { d } }) =>
      // The legend has the same marks, in a box of 20 × 12 pixels.
      d === undefined || /^M\d+,\d+(\.5)?[HVhv]/.test(d) && d.length < 30
        ? []
        : [d]
    );
}

/** How many pieces a path has. */
function pieces(path: string): number {
  return path.split("M").length - 1;
}

Deno.test("a line is drawn in one piece more than it is broken", () => {
  const svg = draw();
  const [rates, medians] = paths(svg, "line");
  // Throughput: the failed run, the gap. Median: also where all was lost.
  assertEquals(pieces(rates!), 3);
  assertEquals(pieces(medians!), 4);
  const whole = draw([throughputTest(), delayTest()]);
  for (const line of paths(whole, "line")) assertEquals(pieces(line), 1);
});

Deno.test("what was not measured is hatched in every panel, and no loss is a line", () => {
  const svg = draw();
  const hatched = readMarkup(svg).filter(({ name, attributes }) =>
    name === "rect" && attributes["fill"] === "url(#p-hatch)" &&
    Number(attributes["height"]) > 20
  );
  // Throughput, retransmits, loss and delay; the failed runs and the gap.
  assertEquals(hatched.length, 8);
  const [none, ...others] = paths(svg, "none").slice(-1);
  assertEquals(others, []);
  // Before the failures, the gap, the lost hour and the lossy days.
  assertEquals(pieces(none!), 4);
  const lost = draw([delayTest({ lost: () => true })]);
  assertEquals(paths(lost, "none"), []);
  assertEquals(pieces(paths(lost, "loss").at(-1)!), 225);
});

Deno.test("a picture is one well-formed file in which nothing runs and nothing is fetched", () => {
  const hostile = "a<script>\u202e\"'&\u0007\ud800]]>-- \u2028évil";
  const data = linkOf([{ ...delayTest(), label: hostile }], {
    title: hostile,
    remarks: [hostile],
    routeChanges: [{ time: at(3), text: hostile }],
  });
  const svg = svgFile(plotPicture(data));
  const elements = readMarkup(svg);
  const [root] = elements;
  assertEquals(root!.attributes["role"], "img");
  const ids = root!.attributes["aria-labelledby"]!.split(" ");
  for (const id of ids) {
    assert(elements.some(({ attributes }) => attributes["id"] === id), id);
  }
  const names = new Set(elements.map(({ name }) => name));
  for (const name of ["script", "image", "foreignObject", "a", "use"]) {
    assert(!names.has(name), name);
  }
  assertEquals(svg.match(/https?:/g), ["http:"], "the namespace");
  for (const { attributes } of elements) {
    for (const [name, value] of Object.entries(attributes)) {
      assert(!name.startsWith("on") && name !== "href", name);
      assert(!/url\((?!#)/.test(value), value);
    }
  }
  const said = elements.find(({ name }) => name === "title")!.text;
  assertMatch(said, /^a<script>�"'&��\]\]>-- �évil/);
  assert(!/[\u202a-\u202e\u2066-\u2069\u2028]/.test(svg));
});

Deno.test("the same measurements are the same bytes, and a week is small", () => {
  const tests = (isReverse: boolean) => [
    throughputTest({ ...FAULTY, isReverse }),
    delayTest({ ...FAULTY, isReverse, loss: (time) => (time / 300) % 9 / 90 }),
  ];
  const all = [...tests(false), ...tests(true)];
  assertEquals(draw(all), draw(structuredClone(all)));
  assert(draw(tests(false)).length < 80_000);
  assert(draw(all).length < 150_000);
  assert(draw(tests(false), 1600).length < 150_000);
});

Deno.test("no label is outside of the picture, and none over another, at any width", () => {
  for (const width of [240, 360, 700, 1000, 1600, 4000]) {
    const svg = draw(
      [
        throughputTest(FAULTY),
        delayTest(FAULTY),
        delayTest({ ...FAULTY, isReverse: true }),
      ],
      width,
    );
    const places: [from: number, to: number, y: number, text: string][] = [];
    for (const { name, attributes, text } of readMarkup(svg)) {
      if (name !== "text") continue;
      const long = text.length * (attributes["class"] === "title" ? 8 : 6);
      const x = Number(attributes["x"]);
      const anchor = attributes["text-anchor"];
      const from = anchor === "end"
        ? x - long
        : anchor === "middle"
        ? x - long / 2
        : x;
      assert(from >= 0 && from + long <= width + 1, `${width}: ${text}`);
      places.push([from, from + long, Number(attributes["y"]), text]);
    }
    for (const [at, one] of places.entries()) {
      for (const other of places.slice(at + 1)) {
        const isOver = Math.abs(one[2] - other[2]) < 10 &&
          one[0] < other[1] && other[0] < one[1];
        assert(!isOver, `${width}: ${one[3]} over ${other[3]}`);
      }
    }
  }
});

Deno.test("what is drawn stays within its panel", () => {
  const svg = draw();
  const clips = readMarkup(svg).filter(({ name }) => name === "clipPath");
  assertEquals(clips.length, 4);
  assertEquals(
    new Set(clips.map(({ attributes }) => attributes["id"])).size,
    4,
  );
  for (
    const path of ["line", "loss", "band wide"].flatMap((name) =>
      paths(svg, name)
    )
  ) {
    for (const [, x] of path.matchAll(/[ML](-?[\d.]+),/g)) {
      assert(Number(x) >= 0 && Number(x) <= 1000, `${x}`);
    }
  }
});

Deno.test("both directions are told apart without colour", () => {
  const svg = draw([
    throughputTest(),
    delayTest(),
    throughputTest({ isReverse: true }),
    delayTest({ isReverse: true }),
  ]);
  // Of throughput and of delay.
  assertEquals(paths(svg, "line other dashed").length, 2);
  assertEquals(paths(svg, "line lost dashed").length, 1);
  assertMatch(svg, /a\.example ⇄ b\.example, IPv4/);
});

Deno.test("a picture tells how the runs went and what they measured, in words", () => {
  const svg = draw();
  const said = readMarkup(svg).find(({ name }) => name === "desc")!.text;
  assertMatch(
    said,
    /powstream: 1944 runs, coverage 96\.4 %, 24 failed, 12 lost all/,
  );
  assertMatch(said, /loss 1\.\d+ % \(\d+ of 1152000 packets\)/);
  assertMatch(
    said,
    /delay 12 ms at least, median 12 ms, 95th percentile 12\.4 ms/,
  );
  assertMatch(said, /throughput 7 Gbit\/s to 9 Gbit\/s/);
  assertMatch(
    svg,
    /Each column: 45 min, loss by packets, percentiles of merged/,
  );
});

Deno.test("one point is a dot, failures alone are a strip, and a scale may be logarithmic", () => {
  const one = {
    ...delayTest({ missing: (time) => time !== at(9) }),
    interval: undefined,
    threshold: undefined,
    gaps: [],
  };
  const svg = svgFile(plotPicture(linkOf([one])));
  assertMatch(paths(svg, "line").at(-1)!, /^M[\d.]+,[\d.]+h0$/);
  const failed = svgFile(
    plotPicture(linkOf([delayTest({ failed: () => true })])),
  );
  assertEquals(
    readMarkup(failed).filter(({ name }) => name === "clipPath"),
    [],
  );
  assertMatch(failed, /<rect class="failed" x="76"/);
  const log = plotPicture(linkOf([throughputTest()], { scale: "log" }));
  assertEquals(readMarkup(svgFile(log)).length > 50, true);
});

Deno.test("a part of the window is drawn without what is outside of it", () => {
  const data = linkOf([throughputTest()], {
    routeChanges: [{ time: at(3), text: "before" }],
  });
  const view = { start: at(24), end: at(48) - 1 };
  const svg = svgFile(plotPicture(data, { view }));
  const [line] = paths(svg, "line");
  // Twelve runs, and one on each side for the line to go to.
  assertEquals(line!.split(",").length - 1, 14);
  assertEquals(svg.match(/<circle /g)!.length, 14);
  assert(!svg.includes("before"));
});

Deno.test("a part of the window has the numbers of that part", () => {
  const data = linkOf([delayTest(FAULTY)]);
  const view = { start: at(24), end: at(48) - 1 };
  const zoomed = svgFile(plotPicture(data, { view }));
  const alone = svgFile(plotPicture({ ...data, window: view }));
  assertEquals(zoomed, alone);
  assertMatch(zoomed, /2025-12-02 00:00 to 2025-12-02 23:59 UTC/);
  assertEquals(WEEK.start, START);
});
