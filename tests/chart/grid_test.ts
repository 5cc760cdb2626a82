import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  type Grid,
  type GridCell,
  hostLines,
  markOf,
  MARKS,
  partsOf,
  sentenceOf,
  summaryOf,
  worstFirst,
} from "../../chart/grid.ts";
import { gridPage } from "../../chart/grid_page.ts";
import { describe, gridPicture } from "../../chart/grid_svg.ts";
import { gridLines } from "../../chart/grid_text.ts";
import { svgFile } from "../../chart/svg.ts";
import { violationsOf } from "../helpers/axe.ts";
import { NO_BROWSER, withPage } from "../helpers/chromium.ts";
import { testUnless } from "../helpers/skipping.ts";
import { withDirectory } from "../helpers/directory.ts";
import { readMarkup } from "../helpers/markup.ts";

function cell(
  source: string,
  destination: string,
  more: Partial<GridCell> = {},
): GridCell {
  return {
    ...{ source, destination, family: 4, state: "ok", number: "0", tests: 1 },
    text: "Loss is 0% (0 of 600 packets, by counts)",
    ...more,
  };
}

const BAD: Partial<GridCell> = {
  state: "critical",
  number: "0.37",
  level: 3,
  text: "Loss is 0.3702% (4393 of 1186800 packets, by counts)",
};
const FAILED: Partial<GridCell> = {
  state: "critical",
  number: "",
  lack: "failed",
  text: "36 of 36 runs failed",
};

/** All directions between hosts, but those that are given. */
function mesh(hosts: readonly string[], ...cells: GridCell[]): GridCell[] {
  const given = new Map(
    cells.map((each) => [`${each.source} ${each.destination}`, each]),
  );
  return hosts.flatMap((from) =>
    hosts.filter((to) => to !== from).map((to) =>
      given.get(`${from} ${to}`) ?? cell(from, to)
    )
  );
}

function gridOf(cells: readonly GridCell[]): Grid {
  return {
    title: "One-way packet loss, %",
    window: "2026-11-20 00:00 to 2026-11-27 00:00 UTC",
    rule: "warning above 0.01 %, critical above 0.1 %",
    scale: ["0.01 %", "0.1 %", "1 %", "10 %"],
    cells,
  };
}

const LOSSY = gridOf(
  mesh(["alpha", "beta", "gamma"], cell("beta", "gamma", BAD)),
);

function lengthOf(line: string): number {
  // deno-lint-ignore no-control-regex
  return [...line.replace(/\x1b\[\d+m/g, "")].length;
}

Deno.test("gridLines() has a row a source and a column a destination, each direction for itself", () => {
  assertEquals(gridLines(LOSSY, { width: 80 }), [
    "One-way packet loss, %",
    "2026-11-20 00:00 to 2026-11-27 00:00 UTC",
    "6 links: 5 ok, 1 critical",
    "",
    "IPv4 from \\ to  alpha  beta   gamma",
    "alpha               –   0 ●     0 ●",
    "beta              0 ●     –  0.37 ■",
    "gamma             0 ●   0 ●       –",
    "",
    "● ok, ■ critical, – the host itself",
    "warning above 0.01 %, critical above 0.1 %",
    "",
    "0.37 ■ beta → gamma (IPv4): Loss is 0.3702% (4393 of 1186800 packets, by counts)",
  ]);
});

Deno.test("gridLines() numbers the columns where names are too long, and lists the worst links where that is too wide, too", () => {
  const long = (name: string) => `${name}.research.example`;
  const cells = LOSSY.cells.map((each) => ({
    ...each,
    source: long(each.source),
    destination: long(each.destination),
  }));
  const at = (width: number) => gridLines(gridOf(cells), { width });
  assert(at(100).some((line) => line.endsWith(`  ${long("gamma")}`)));
  const numbered = at(50);
  assert(numbered.some((line) => /^IPv4 from \\ to +1 +2 +3$/.test(line)));
  assert(numbered.some((line) => /^2 beta\S+ +0 ● +– +0.37 ■$/.test(line)));
  const listed = at(36);
  assert(!listed.some((line) => line.includes("from \\ to")));
  assertMatch(
    listed.join("\n"),
    /the matrix needs 4\d columns; all\nlinks instead:\n\n0.37 ■ beta/,
  );
});

Deno.test("gridLines() of 200 hosts lists the worst 20 links", () => {
  const hosts = Array.from({ length: 200 }, (_, at) => `ps${at + 1}`);
  const bad = hosts.slice(1, 31).map((to) => cell("ps1", to, BAD));
  const failed = cell("ps200", "ps1", FAILED);
  const lines = gridLines(gridOf(mesh(hosts, ...bad, failed)), { width: 120 });
  assert(lines.includes("39800 links: 39769 ok, 30 critical, 1 failed"));
  assert(lines.some((line) => /; the worst 20 links instead:$/.test(line)));
  const links = lines.filter((line) => line.includes(" → "));
  assertEquals(links.length, 20);
  assertMatch(links[0]!, /^ +× ps200 → ps1 /);
  assert(links.slice(1).every((line) => line.startsWith("0.37 ■ ps1 → ")));
  assert(lines.includes("and 39780 more"));
});

for (const family of [4, 6, undefined] as const) {
  Deno.test(`no line of gridLines() is longer than the width, 20 to 300, whatever the names are, family ${family}`, () => {
    const names = ["a", "x".repeat(70), "käse.example", "ps 1 <b>&"];
    const cells = mesh(names, cell("a", "käse.example", FAILED), {
      ...cell("käse.example", "a", BAD),
      tests: 3,
    }).map((each) => ({ ...each, family }));
    for (let width = 20; width <= 300; width++) {
      for (const isAscii of [false, true]) {
        for (const hasColors of [false, true]) {
          const lines = gridLines(gridOf(cells), { width, isAscii, hasColors });
          for (const line of lines) assert(lengthOf(line) <= width, line);
          const text = lines.join("");
          // deno-lint-ignore no-control-regex
          assertEquals(/^[\x20-\x7e\x1b]*$/.test(text), isAscii);
          assertEquals(text.includes("\x1b"), hasColors);
        }
      }
    }
  });
}

Deno.test("families are side by side where there is room, else below each other", () => {
  const both = [
    ...LOSSY.cells,
    ...LOSSY.cells.map((each) => ({ ...each, family: 6 as const })),
  ];
  const heads = (width: number) =>
    gridLines(gridOf(both), { width })
      .filter((line) => line.includes("from \\ to"));
  assertMatch(heads(80)[0]!, /^IPv4 .* gamma {6}IPv6 .* gamma$/);
  assertEquals(heads(50).map((line) => line.slice(0, 4)), ["IPv4", "IPv6"]);
});

Deno.test("what was measured, failed, did not run, is not tested, or the host itself, differs in every format without colours", async () => {
  const grid = gridOf([
    cell("a", "b", { state: "warning", number: "0.05", level: 2 }),
    cell("b", "a", FAILED),
    cell("a", "c", { state: "unknown", number: "", lack: "silent" }),
    cell("c", "a", { state: "unknown" }),
    cell("b", "c", BAD),
    cell("b", "d"),
    cell("d", "b"),
    cell("c", "d", { ...BAD, number: "", lack: "absent" }),
  ]);
  const marks = grid.cells.map(markOf);
  assertEquals(marks, [
    ...["warning", "failed", "silent", "unknown", "critical", "ok", "ok"],
    "absent",
  ]);
  const glyphs = Object.values(MARKS);
  assertEquals(new Set(glyphs.map(({ glyph }) => glyph)).size, 9);
  assertEquals(new Set(glyphs.map(({ ascii }) => ascii)).size, 9);
  assertEquals(
    gridLines(grid, { width: 80, isAscii: true }).slice(5, 10),
    [
      "IPv4 from \\ to    a       b       c    d",
      "a                 -  0.05 !       o    .",
      "b                 x       -  0.37 #  0 +",
      "c               0 ?       .       -    a",
      "d                 .     0 +       .    -",
    ],
  );
  const svg = svgFile(gridPicture(grid, 1000));
  for (const mark of Object.keys(MARKS)) {
    assertMatch(svg, new RegExp(`class="[^"]*\\b[mh]-${mark}"`));
  }
  const page = await gridPage(grid);
  for (const { glyph, word } of glyphs) {
    assert(page.includes(`aria-hidden="true">${glyph}</span>`), glyph);
    assert(page.includes(`class="heard">${word}</span>`), word);
  }
});

Deno.test("hostLines() names hosts of which most links are bad, and no others", () => {
  const hosts = ["a", "b", "c", "d", "e"];
  const fromB = ["a", "c", "d", "e"].map((to) => cell("b", to, BAD));
  assertEquals(hostLines(mesh(hosts, ...fromB)), [
    "b: 4 of 4 links from it, 0 of 4 to it",
  ]);
  assertEquals(hostLines(mesh(hosts, fromB[0]!, fromB[1]!)), []);
  const toB = ["a", "c", "d", "e"].map((from) => cell(from, "b", FAILED));
  assertEquals(hostLines(mesh(hosts, ...fromB, ...toB)), [
    "b: 4 of 4 links from it, 4 of 4 to it",
  ]);
  // One bad link says nothing of a host.
  assertEquals(hostLines([cell("a", "b", BAD)]), []);
  assertEquals(hostLines([cell("a", "a", BAD), cell("a", "b", BAD)]), []);
  const many = Array.from({ length: 9 }, (_, at) => `ps${at}`);
  const all = mesh(many).map((each) => ({ ...each, ...BAD }));
  assertEquals(hostLines(all).length, 6);
  assertEquals(hostLines(all).at(-1), "and 4 more hosts");
});

Deno.test("partsOf() has all hosts on both sides where most are, and else those that are there", () => {
  const [whole] = partsOf({ cells: mesh(["ps10", "ps9"]) });
  assertEquals(whole!.sources, ["ps9", "ps10"]);
  assertEquals(whole!.destinations, ["ps9", "ps10"]);
  const star = ["b", "c", "d"].map((to) => cell("a", to));
  assertEquals(partsOf({ cells: star }).map(({ sources }) => sources), [["a"]]);
  const [one] = partsOf({
    cells: [cell("b", "c"), cell("a", "c"), cell("c", "a")],
  });
  assertEquals(one!.sources, ["a", "b", "c"]);
  assertEquals(one!.at("c", "b"), undefined);
  assertEquals(
    partsOf({
      cells: [
        cell("a", "b", { family: undefined }),
        cell("a", "b", { family: 6 }),
        cell("a", "b"),
      ],
    }).map(({ name }) => name),
    ["IPv4", "IPv6", "other"],
  );
});

Deno.test("several groups have a matrix each, headed by its name, in all pictures", async () => {
  const of = (...groups: string[]) => ({ groups });
  const cells = [
    cell("a", "b", of("core")),
    cell("a", "b", { family: 6, ...of("core") }),
    cell("b", "a", of("edge", "core")),
    cell("a", "c", of("edge")),
    cell("x", "y"),
  ];
  const groups = ["edge", "core", "gone"];
  const parts = partsOf({ cells, groups });
  assertEquals(
    parts.map(({ group, name, sources }) => [group, name, sources]),
    [
      ["edge", "IPv4", ["a", "b"]],
      ["core", "IPv4", ["a", "b"]],
      ["core", "IPv6", ["a"]],
      [undefined, "IPv4", ["x"]],
    ],
  );
  assertEquals(parts.map(({ at }) => at("b", "a") !== undefined), [
    ...[true, true, false, false],
  ]);
  // One that has all is not named.
  for (const some of [undefined, ["core"]]) {
    const own = cells.filter((each) => each.groups?.includes("core"));
    const [part] = partsOf({ cells: own, groups: some });
    assertEquals(part!.group, undefined);
  }
  const grid = { title: "Loss", window: "now", rule: "", cells, groups };
  for (const width of [24, 200]) {
    const lines = gridLines(grid, { width });
    assert(lines.every((line) => line.length <= width), lines.join("\n"));
    const at = lines.findIndex((line) => line.startsWith("edge"));
    assertMatch(lines[at + 1]!, /^IPv4 from /);
    assertMatch(lines.join("\n"), /^5 links: /m);
    assertMatch(
      lines.join("\n"),
      width === 24 ? /^core$/m : /^edge +core +core/m,
    );
  }
  const captions = [...(await gridPage(grid)).matchAll(/<caption>([^<]*)/g)]
    .map(([, text]) => text!);
  assertEquals(captions.map((text) => text.replace(/:.*/, "")), [
    ...["edge, IPv4", "core, IPv4", "core, IPv6", "IPv4"],
  ]);
  const names = readMarkup(svgFile(gridPicture(grid, 1000)))
    .map(({ text }) => text);
  assert(names.includes("core, IPv6"));
});

Deno.test("hosts stand in a given order, and others after them by their names", () => {
  const order = ["c", "a", "gone"];
  const [part] = partsOf({ cells: mesh(["a", "b", "c", "b2"]), order });
  assertEquals(part!.sources, ["c", "a", "b", "b2"]);
  assertEquals(part!.destinations, ["c", "a", "b", "b2"]);
});

Deno.test("worstFirst() has what could not be measured before what is bad, and that before what is not judged", () => {
  const cells = [
    cell("ok", ""),
    cell("unknown", "", { state: "unknown" }),
    cell("warning", "", { state: "warning" }),
    cell("critical", "", BAD),
    cell("failed", "", FAILED),
    cell("silent", "", { state: "unknown", number: "", lack: "silent" }),
  ];
  assertEquals(worstFirst(cells).map(({ source }) => source), [
    ...["failed", "critical", "warning", "silent", "unknown", "ok"],
  ]);
});

Deno.test("the picture says in words what it shows", () => {
  assertEquals(summaryOf([]), "no link was found");
  assertEquals(summaryOf([cell("a", "b")]), "1 link: 1 ok");
  assertEquals(
    sentenceOf(cell("a", "b", { ...FAILED, tests: 2 })),
    "a → b (IPv4): critical: 36 of 36 runs failed, the worst of 2 tests",
  );
  const svg = svgFile(gridPicture(LOSSY, 1000));
  assertMatch(svg, /^<\?xml [^>]*\?>\n<svg [^>]*role="img"/);
  const described = readMarkup(svg).filter(({ name }) => name === "desc");
  assertEquals(described.map(({ text }) => text), [describe(LOSSY)]);
  assertMatch(
    describe(LOSSY),
    /^Rows are sources.* 6 links: 5 ok, 1 critical\. beta to gamma \(IPv4\): critical: Loss is 0\.3702% /,
  );
  assertMatch(svg, /<title[^>]*>One-way packet loss, %, 2026-11-20 00:00 to /);
});

Deno.test("the scale of loss is fixed: the same loss has the same bar, whatever else there is", () => {
  const bars = (...cells: GridCell[]) =>
    svgFile(gridPicture(gridOf(cells), 1000))
      .match(/<rect class="m-[^>]*height="2"/g);
  const [alone] = bars(cell("a", "b", BAD))!;
  const beside = bars(
    cell("a", "b", BAD),
    cell("b", "a", { ...BAD, level: 5, number: "90" }),
  )!;
  assertEquals(beside[0], alone);
  assertEquals(beside.length, 2);
  assertEquals(bars(cell("a", "b", { level: 0 })), null);
});

const HOSTILE = [
  '</title><script>alert(1)</script>"',
  "a'&\u202e b\u0007",
  "\ud800]]>",
];

Deno.test("names of hosts are text, whatever they are, in every format", async () => {
  const cells = mesh(HOSTILE, cell(HOSTILE[0]!, HOSTILE[1]!, BAD));
  const grid = gridOf(cells.map((each) => ({
    ...each,
    text: `<img src=x onerror=alert(1)> ${each.text}`,
    href: 'plot".html',
  })));
  const svg = svgFile(gridPicture(grid, 1000));
  readMarkup(svg);
  const page = await gridPage(grid);
  for (const markup of [svg, page]) {
    for (const sign of ["<script", "<img", "\u202e", "\u0007"]) {
      assert(!markup.includes(sign), sign);
    }
    assertEquals(
      new Set(markup.match(/https?:[^"]*/g)),
      new Set(markup === svg ? ["http://www.w3.org/2000/svg"] : undefined),
    );
  }
  assertMatch(page, /Content-Security-Policy" content="default-src 'none'/);
});

Deno.test("pictures of the same are the same bytes, well-formed, and no wider than asked for unless there are too many hosts", async () => {
  for (const width of [200, 360, 1000, 1600]) {
    const svg = svgFile(gridPicture(LOSSY, width));
    assertEquals(svg, svgFile(gridPicture(LOSSY, width)));
    readMarkup(svg);
    assertMatch(svg, new RegExp(`<svg [^>]*width="${width}"`));
  }
  assertEquals(await gridPage(LOSSY), await gridPage(LOSSY));
  const hosts = Array.from({ length: 100 }, (_, at) => `ps${at + 1}`);
  const large = svgFile(gridPicture(gridOf(mesh(hosts)), 1000));
  readMarkup(large);
  const [, width] = /<svg [^>]*width="([\d.]+)"/.exec(large)!;
  assert(Number(width) >= 100 * 16 && Number(width) < 2000, width);
});

Deno.test("cells of the page link to the pages of their links, and others do not", async () => {
  const cells = LOSSY.cells.map((each) =>
    each.state === "critical" ? { ...each, href: "beta_gamma_4.html" } : each
  );
  const page = await gridPage(gridOf(cells));
  assertEquals(page.match(/<a href="beta_gamma_4\.html"/g)?.length, 2);
  assertEquals((await gridPage(LOSSY)).includes("<a "), false);
});

testUnless(
  NO_BROWSER,
  "the page has its colours, asks for nothing, and is no wider than the window, in a browser",
  async () => {
    const hosts = ["ps.alpha", "ps.beta", "ps.gamma", "x".repeat(90)];
    const cells = mesh(hosts, cell("ps.beta", "ps.gamma", BAD));
    await withDirectory(async (directory) => {
      const path = join(directory, "mesh.html");
      await Deno.writeTextFile(path, await gridPage(gridOf(cells)));
      await withPage(path, { width: 360, height: 700 }, async (page) => {
        const colors = await page.evaluate<string[]>(
          `["c-ok", "c-critical"].map((name) =>
             getComputedStyle(document.querySelector("td." + name))
               .backgroundColor)`,
        );
        assertEquals(new Set(colors).size, 2);
        assert(!colors.includes("rgba(0, 0, 0, 0)"), `${colors}`);
        const [content, window] = await page.evaluate<[number, number]>(
          "[document.documentElement.scrollWidth, innerWidth]",
        );
        assert(content <= window, `${content} of ${window} pixels`);
        assertEquals([page.requests, page.messages], [[], []]);
      });
    });
  },
);

testUnless(
  NO_BROWSER,
  "the page breaks no rule of accessibility, with links or without",
  async () => {
    const cells = mesh(
      ["alpha", "beta", "gamma", "delta"],
      cell("beta", "gamma", { ...BAD, href: "beta.html" }),
      cell("gamma", "beta", { state: "warning", level: 2, tests: 2 }),
      cell("alpha", "beta", FAILED),
      cell("beta", "alpha", { state: "unknown", number: "", lack: "silent" }),
      cell("gamma", "alpha", { state: "unknown", href: "gamma.html" }),
    ).slice(0, -1);
    await withDirectory(async (directory) => {
      const path = join(directory, "mesh.html");
      await Deno.writeTextFile(path, await gridPage(gridOf(cells)));
      await withPage(path, { width: 1000, height: 900 }, async (page) => {
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
