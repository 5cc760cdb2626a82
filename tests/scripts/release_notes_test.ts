import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { releaseNotes } from "../../scripts/release_notes.ts";
import { runProcess } from "../helpers/process.ts";

const CHANGELOG = `# Changes

## 1.3.0 (not released)

- Something else.

## 1.2.3 (2026-01-31)

- The first thing, which takes
  two lines, and
  \`--option\`.
  - A part of it.
- The second.

## 1.2.2 (2025-12-31)

- Older.

## 1.2.1 (2025-12-30)
`;

function notes(
  version: string,
  others: Partial<Parameters<typeof releaseNotes>[1]> = {},
) {
  return releaseNotes(`v${version}`, {
    packageVersion: version,
    programVersion: version,
    changelog: CHANGELOG,
    ...others,
  });
}

Deno.test("releaseNotes() gives the part of a version, a line an entry", () => {
  assertEquals(
    notes("1.2.3"),
    "- The first thing, which takes two lines, and `--option`.\n" +
      "  - A part of it.\n- The second.",
  );
  assertEquals(notes("1.2.2"), "- Older.");
});

const BAD: [what: string, message: RegExp, run: () => unknown][] = [
  [
    "a tag that deno.json does not know",
    /deno\.json has version 1\.2\.4/,
    () => notes("1.2.3", { packageVersion: "1.2.4" }),
  ],
  [
    "a program of another version",
    /cli\/version\.ts 1\.2\.4/,
    () => notes("1.2.3", { programVersion: "1.2.4" }),
  ],
  [
    "a version without a date",
    /\(not released\).*give it a heading/,
    () => notes("1.3.0"),
  ],
  ["a version without an entry", /has nothing for v1\.2/, () => notes("1.2")],
  ["an entry without text", /says nothing/, () => notes("1.2.1")],
];

for (const [what, message, run] of BAD) {
  Deno.test(`releaseNotes() refuses ${what}`, () => {
    assertMatch(assertThrows(run, Error).message, message);
  });
}

Deno.test("release_notes.ts refuses a tag that is not the version of this project", async () => {
  const root = join(import.meta.dirname!, "../..");
  const { exit, stdout, stderr } = await runProcess(
    [
      ...[Deno.execPath(), "run", "-q", "--no-prompt", "--allow-read=."],
      ...["scripts/release_notes.ts", "v999.0.0"],
    ],
    { cwd: root },
  );
  assertEquals([exit, stdout], [1, ""]);
  assertMatch(stderr, /^release_notes: the tag is v999\.0\.0, but[^\n]+\n$/);
});
