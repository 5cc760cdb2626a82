import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { packed, unpacked } from "../../chart/packed.ts";
import { plotPage } from "../../chart/plot_page.ts";
import { plotPicture } from "../../chart/plot_svg.ts";
import { svgElement } from "../../chart/svg.ts";
import { ZOOM_SCRIPT } from "../../chart/zoom_script.ts";
import { violationsOf } from "../helpers/axe.ts";
import { NO_BROWSER, withPage } from "../helpers/chromium.ts";
import { testUnless } from "../helpers/skipping.ts";
import { withDirectory } from "../helpers/directory.ts";
import { delayTest, linkOf, START, throughputTest } from "./measured.ts";

const [HOUR, DAY] = [3600, 86_400];
const FAULTY = {
  failed: (time: number) => time >= START + DAY && time < START + DAY + HOUR,
  loss: (time: number) => time > START + 5 * DAY ? 0.02 : 0,
};
const DATA = linkOf([throughputTest(FAULTY), delayTest(FAULTY)]);

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("packed() keeps what is drawn, the whole of it and a part", () => {
  const again = unpacked(asJson(packed(DATA)));
  for (
    const view of [DATA.window, { start: START + DAY, end: START + 2 * DAY }]
  ) {
    assertEquals(
      svgElement(plotPicture(again, { view })),
      svgElement(plotPicture(DATA, { view })),
    );
  }
});

Deno.test("packed() keeps 4,000 bins of a year, and what failed", () => {
  const window = { start: START, end: START + 365 * DAY - 1 };
  const year = linkOf(
    [delayTest({ ...FAULTY, window }), throughputTest({ every: 600, window })],
    { window },
  );
  const text = JSON.stringify(packed(year));
  assert(text.length < 700_000, `${text.length} bytes`);
  const again = unpacked(JSON.parse(text));
  const [delay, rates] = [again.tests[0]!, again.tests[1]!];
  assertEquals(delay.counts, packed(year).tests[0]!.counts);
  assertEquals(
    delay.runs.filter(({ outcome }) => outcome === "failed").length,
    12,
  );
  const lost = (runs: readonly { lost: number | undefined }[]) =>
    runs.reduce((sum, each) => sum + each.lost!, 0);
  assertEquals(
    lost(delay.loss!.runs),
    lost(year.tests[0]!.loss!.runs),
  );
  assert(rates.throughput!.times.length <= 4 * 4000);
});

Deno.test("a page has a policy that lets nothing run or be fetched but its own", async () => {
  const page = await plotPage(DATA);
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!;
  assertMatch(
    policy!,
    /^default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'$/,
  );
  assertEquals(
    new Set(page.match(/https?:[^"' ]*/g)),
    new Set(["http://www.w3.org/2000/svg"]),
  );
  assert(!/ style="| on\w+="/.test(page));
  assert(ZOOM_SCRIPT.length <= 40_000, `${ZOOM_SCRIPT.length} bytes`);
  assertEquals(await plotPage(DATA), page);
});

testUnless(
  NO_BROWSER,
  "a page zooms by a drag, by keys and by a double click, without a request",
  async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, "plot.html");
      await Deno.writeTextFile(path, await plotPage(DATA));
      await withPage(path, { width: 1000, height: 900 }, async (page) => {
        const shown = async () => {
          const texts = await page.evaluate<string>(
            "[...document.querySelectorAll('#picture text')].map((each) => each.textContent).join('|')",
          );
          return /\d{4}-\d\d-\d\d \d\d:\d\d to [^|]*/.exec(texts)![0];
        };
        const all = "2025-12-01 00:00 to 2025-12-07 23:59 UTC";
        assertEquals(await shown(), all);
        await page.drag([300, 300], [500, 320]);
        const zoomed = await shown();
        assertMatch(zoomed, /^2025-12-02 .* to 2025-12-04 .* UTC$/);
        await page.send("Input.dispatchMouseEvent", {
          ...{ type: "mouseMoved", x: 400, y: 300, button: "none" },
        });
        assertMatch(
          await page.evaluate("document.getElementById('values').textContent"),
          /^2025-12-0\d .*loss 0 % \(0 of \d+\) · delay 12 ms/,
        );
        await page.evaluate("document.getElementById('plot').focus()");
        await page.press("+");
        assert(await shown() !== zoomed);
        await page.press("Escape");
        assertEquals(await shown(), zoomed);
        await page.press("ArrowRight");
        assert(await shown() !== zoomed);
        await page.press("Home");
        assertEquals(await shown(), all);
        await page.drag([300, 300], [302, 300]);
        assertEquals(await shown(), all, "a click is no drag");
        await page.drag([600, 300], [400, 300]);
        assert(await shown() !== all, "from right to left");
        await page.evaluate(
          "document.getElementById('plot').dispatchEvent(new MouseEvent('dblclick'))",
        );
        assertEquals(await shown(), all);
        assertEquals(page.requests, []);
        assertEquals(page.messages, []);
      });
    });
  },
);

testUnless(
  NO_BROWSER,
  "a page breaks no rule of accessibility, with its numbers shown",
  async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, "plot.html");
      await Deno.writeTextFile(path, await plotPage(DATA));
      await withPage(path, { width: 1000, height: 900 }, async (page) => {
        await page.evaluate("document.querySelector('details').open = true");
        for (const value of ["light", "dark"]) {
          await page.send("Emulation.setEmulatedMedia", {
            features: [{ name: "prefers-color-scheme", value }],
          });
          assertEquals(await violationsOf(page), [], value);
        }
      });
    });
  },
);

testUnless(
  NO_BROWSER,
  "a page is drawn for the width of its window",
  async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, "plot.html");
      await Deno.writeTextFile(path, await plotPage(DATA));
      for (const width of [500, 1600]) {
        await withPage(path, { width, height: 900 }, async (page) => {
          const drawn = await page.evaluate<number>(
            "Number(document.querySelector('#picture svg').getAttribute('width'))",
          );
          assert(Math.abs(drawn - (width - 16)) < 20, `${drawn} of ${width}`);
          const scrolls = await page.evaluate<boolean>(
            "document.documentElement.scrollWidth > innerWidth",
          );
          assertEquals(scrolls, false);
        });
      }
    });
  },
);
