import { assert, assertEquals, assertMatch } from "@std/assert";
import { Dots } from "../../chart/braille.ts";
import { plotText } from "../../chart/plot_text.ts";
import { cells } from "../../chart/text_width.ts";
import { delayTest, linkOf, START, throughputTest } from "./measured.ts";

const at = (hour: number) => START + hour * 3600;
const PLAIN = { width: 80, isAscii: false, hasColors: false };

const DATA = linkOf([
  throughputTest({ missing: (time) => time >= at(48) && time < at(60) }),
  delayTest({
    missing: (time) => time >= at(48) && time < at(60),
    failed: (time) => time >= at(100) && time < at(110),
    loss: (time) => time >= at(140) ? 0.05 : 0,
  }),
], { routeChanges: [{ time: at(120), text: "route changed, 5 → 6 hops" }] });

Deno.test("Dots has two dots across and four down in a cell", () => {
  const dots = new Dots(2, 1);
  dots.set(0, 0);
  dots.set(3, 3);
  dots.set(-1, 0);
  dots.set(0, 4);
  assertEquals(dots.rows(false, () => " "), [["⠁", "⢀"]]);
  assertEquals(dots.rows(true, () => " "), [["'", "."]]);
  const line = new Dots(4, 1);
  line.line(0, 3, 7, 0);
  assertEquals(line.rows(false, () => " "), [
    ["⡠", "⠔", "⠊", "⠁"].map((_, each) =>
      line.rows(false, () => " ")[0]![each]!
    ),
  ]);
  assert(line.rows(false, () => " ")[0]!.every((cell) => cell !== " "));
});

Deno.test("plotText() hatches a gap, marks loss, failures and changes of the route", () => {
  const lines = plotText(DATA, PLAIN);
  const text = lines.join("\n");
  const [first] = lines.filter((line) => line.includes("┤"));
  // Half a day of seven, on 70 columns.
  assertMatch(first!, /[^░]░{4,6}[^░]/);
  const loss = lines[lines.findIndex((line) => /^Packet loss/.test(line)) + 1]!;
  assertMatch(loss, /┤·+░{4,6}·+×{3,5}·+▆+$/);
  assertMatch(text, /failed ┤ +×{4,5}\n/);
  assertMatch(text, /route ┤ +◆\n/);
  assertMatch(text, /◆ 2025-12-06 00:00 UTC: route changed, 5 → 6 hops/);
  assertMatch(text, /12-02 +12-03 .* UTC\n/);
});

Deno.test("plotText() fits every width, and is ASCII where nothing else is shown", () => {
  for (let width = 1; width <= 320; width += 7) {
    for (const isAscii of [false, true]) {
      const lines = plotText(DATA, { width, isAscii, hasColors: false });
      for (const line of lines) {
        const most = Math.min(300, Math.max(20, width));
        assert(cells(line) <= most, `${width}: ${cells(line)}: ${line}`);
        if (isAscii) assertMatch(line, /^[\x20-\x7e]*$/);
      }
    }
  }
});

Deno.test("plotText() has colours only if it may", () => {
  const plain = plotText(DATA, PLAIN).join("\n");
  assert(!plain.includes("\x1b"));
  const coloured = plotText(DATA, { ...PLAIN, hasColors: true }).join("\n");
  // deno-lint-ignore no-control-regex -- escape sequences
  assertEquals(coloured.replace(/\x1b\[\d+m/g, ""), plain);
  assert(coloured.includes("\x1b[31m"));
});

Deno.test("plotText() shows text of an archive without what acts on a terminal", () => {
  const data = linkOf([delayTest()], { title: "a\x1b[2J\u202eb → \u009bc" });
  const [title] = plotText(data, PLAIN);
  assertEquals(title, "a�[2J�b → �c, IPv4");
});
