import { assertEquals } from "@std/assert";
import { dirname, join, relative } from "@std/path";
import {
  circles,
  forbidden,
  importsOf,
  linesOfCode,
  type Room,
  upward,
  withoutComments,
} from "./house.ts";
import { sourceFiles } from "../scripts/sources.ts";
import { withDirectory } from "./helpers/directory.ts";

const root = join(import.meta.dirname!, "..");

/** The files that make the library. */
const LIBRARY = [
  ...["mod.ts", "query.ts", "post.ts", "insight.ts"],
  ...["client/", "insight/"],
];

/** What each room may import besides itself; a file is in the first that fits. */
const ROOMS: readonly Room[] = [
  { place: "mod.ts", mayImport: ["query.ts", "post.ts", "client/"] },
  { place: "query.ts", mayImport: ["client/"] },
  { place: "post.ts", mayImport: ["client/"] },
  { place: "insight.ts", mayImport: ["insight/"] },
  { place: "archive.ts", mayImport: ["archive/"] },
  { place: "client/", mayImport: [] },
  { place: "insight/", mayImport: ["client/"] },
  { place: "chart/", mayImport: ["client/", "insight.ts", "insight/"] },
  { place: "archive/", mayImport: ["client/", "node:"] },
  {
    place: "cli/commands/serve.ts",
    mayImport: [...LIBRARY, "archive/", "cli/"],
  },
  {
    place: "cli/query/archive_file.ts",
    mayImport: ["archive.ts", "client/", "cli/"],
  },
  {
    place: "cli/copy/",
    mayImport: [
      ...LIBRARY,
      ...["archive.ts", "archive/", "cli/", "package", "node:"],
    ],
  },
  {
    place: "cli/",
    mayImport: [
      ...LIBRARY,
      ...["chart/", "cli/commands/serve.ts", "cli/query/archive_file.ts"],
      "cli/copy/",
      ...["package", "node:"],
    ],
  },
  { place: "registry/", mayImport: ["package", "node:"] },
  {
    place: "scripts/",
    mayImport: [
      ...LIBRARY,
      ...["archive.ts", "archive/", "chart/", "cli/", "registry/", "tests/"],
      "deno.json",
      ...["package", "node:"],
    ],
  },
  {
    place: "tests/",
    mayImport: [
      ...LIBRARY,
      ...["archive.ts", "archive/", "chart/", "cli/", "registry/", "scripts/"],
      "deno.json",
      ...["package", "node:"],
    ],
  },
  { place: "deno.json", mayImport: [] },
];

/** The order inside cli/: a file imports from its own floor, or from below. */
const FLOORS = [
  ["cli/main.ts"],
  ["cli/commands/"],
  [
    ...["cli/check/", "cli/copy/", "cli/export/", "cli/input/", "cli/query/"],
    ...["cli/mesh/", "cli/plot/", "cli/routes/", "cli/template/"],
  ],
  ["cli/output/", "cli/options/", "cli/help/", "cli/completions/"],
  ["cli/tls/"],
  ["cli/"],
];

/** The most lines of code of a file, without comments and blank lines. */
const MOST_LINES = 350;

/** The files that are longer, because cutting them would help nobody. */
const LONG = [
  "archive/database.ts",
  "archive/esmond.ts",
  "archive/store.ts",
  "cli/options/table.ts",
  "cli/options/time.ts",
  "client/errors.ts",
  "client/event_types.ts",
  "client/json.ts",
];

const imports = await importsOf(root, [
  ...["mod.ts", "query.ts", "post.ts", "insight.ts", "client", "insight"],
  ...["archive.ts", "archive", "chart", "cli", "registry", "scripts", "tests"],
]);

Deno.test("every import leads to a room that the file may import", () => {
  assertEquals(forbidden(imports, ROOMS), []);
});

Deno.test("no import inside cli/ leads up", () => {
  assertEquals(upward(imports, FLOORS), []);
});

Deno.test("no files import each other in a circle, types included", () => {
  assertEquals([...circles(imports).values()], []);
});

Deno.test(`no file of the product has more than ${MOST_LINES} lines of code but those named here`, async () => {
  const long: string[] = [];
  for (const room of ["client", "insight", "chart", "cli", "archive"]) {
    for await (const path of sourceFiles(join(root, room))) {
      const lines = linesOfCode(await Deno.readTextFile(path));
      const name = relative(root, path).replaceAll("\\", "/");
      if (lines > MOST_LINES && !LONG.includes(name)) {
        long.push(`${name}: ${lines} lines`);
      }
    }
  }
  assertEquals(long, []);
});

/** Some of what Node 18 and browsers of 2023 lack, and people reach for. */
const TOO_YOUNG = new RegExp(
  String.raw`\b(URL\.(parse|canParse)|AbortSignal\.any|(is|to)WellFormed|` +
    String.raw`withResolvers|fromAsync|groupBy|(from|to)(Base64|Hex)|` +
    String.raw`to(Sorted|Reversed|Spliced)|findLast|Promise\.try|Temporal)\b`,
);

Deno.test("the library uses nothing that Node 18 and browsers of 2023 lack", async () => {
  const found: string[] = [];
  for (const place of LIBRARY) {
    for await (const path of sourceFiles(join(root, place))) {
      const code = withoutComments(await Deno.readTextFile(path));
      const [word] = TOO_YOUNG.exec(code) ?? [];
      if (word !== undefined) found.push(`${relative(root, path)}: ${word}`);
    }
  }
  assertEquals(found, []);
});

Deno.test("a type import that is turned round is found, in a made-up house", async () => {
  await withDirectory(async (directory) => {
    await write(directory, HOUSE);
    const sound = await importsOf(directory, Object.keys(HOUSE));
    assertEquals(sound.length, 7);
    assertEquals(
      [forbidden(sound, ROOMS), upward(sound, FLOORS), [...circles(sound)]],
      [[], [], []],
    );

    await write(directory, TURNED_ROUND);
    const turned = await importsOf(directory, Object.keys(HOUSE));
    assertEquals(forbidden(turned, ROOMS).sort(), [
      "cli/output/json.ts → node:_http_common",
      "client/errors.ts → package @std/path",
      "client/errors.ts → query.ts",
    ]);
    assertEquals(upward(turned, FLOORS), [
      "cli/output/json.ts → cli/commands/get.ts",
    ]);
    assertEquals([...circles(turned).values()].sort(), [
      "cli/commands/get.ts → cli/output/json.ts → cli/commands/get.ts",
      "cli/output/json.ts → cli/commands/get.ts → cli/output/json.ts",
      "client/errors.ts → query.ts → client/errors.ts",
      "query.ts → client/errors.ts → query.ts",
    ]);
  });
});

/** Files of a made-up house, in order. */
const HOUSE: Record<string, string> = {
  "client/errors.ts": "export interface A {}",
  "query.ts": `export type * from "./client/errors.ts";`,
  "mod.ts": `export type * from "./query.ts";`,
  "cli/main.ts": `export const load = () => import("./commands/get.ts");`,
  "cli/commands/get.ts": `import type { A } from "../../mod.ts";
    import type { B } from "../output/json.ts";
    export type Get = A & B;`,
  "cli/output/json.ts": `import type { A } from "../../client/errors.ts";
    import { dirname, join, relative } from "@std/path";
    export type B = A & typeof join;`,
};

/** The same with imports that lead the wrong way, most of them of types. */
const TURNED_ROUND: Record<string, string> = {
  "client/errors.ts": `export type A = import("../query.ts").A;
    export type { join } from "@std/path";`,
  "cli/output/json.ts": `import type { Get } from "../commands/get.ts";
    export type * from "node:_http_common";
    export type B = Get;`,
};

async function write(
  directory: string,
  files: Record<string, string>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(directory, name)), { recursive: true });
    await Deno.writeTextFile(join(directory, name), text);
  }
}

Deno.test("comments and blank lines are not lines of code", () => {
  assertEquals(
    linesOfCode(`/**
 * A file.
 */

// Why.
export const a = "/*"; // and this
  /** b */
  b();
`),
    2,
  );
});
