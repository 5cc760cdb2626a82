import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "@std/path";

const ROOT = join(import.meta.dirname!, "../..");
const PAGES = [...Deno.readDirSync(join(ROOT, "docs"))].map(({ name }) => name)
  .filter((name) => name.endsWith(".md") && name !== "README.md");
const read = (path: string) => Deno.readTextFileSync(join(ROOT, path));

Deno.test("README.md is short, and has its parts in this order", () => {
  const readme = read("README.md");
  assert(readme.split("\n").length - 1 < 150);
  const parts = [
    "![",
    "## Install",
    "npx -y deno",
    "## The program",
    "## The library",
    "## Coming from Python",
    "## What else there is",
  ];
  const places = parts.map((part) => readme.indexOf(part));
  assert(places.every((place) => place > 0));
  assertEquals(places, places.toSorted((one, other) => one - other));
});

Deno.test("docs/README.md lists every page, and each begins with what it is for", () => {
  const index = read("docs/README.md");
  for (const name of PAGES) {
    assert(index.includes(`](${name})`), name);
    assertMatch(read(`docs/${name}`), /^# .+\n\n[A-Z`][^]*?\n\n/, name);
  }
});

Deno.test("every link between documents leads to a file, and to a heading of it", () => {
  const documents = [
    ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"],
    ...["README.md", ...PAGES].map((name) => `docs/${name}`),
  ];
  const wrong: string[] = [];
  for (const document of documents) {
    const text = read(document).replaceAll(/^```[^]*?^```/gm, "");
    for (const [, link = ""] of text.matchAll(/\]\(([^()\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const target = path ? join(dirname(document), path) : document;
      const isThere = exists(join(ROOT, target)) &&
        (anchor === undefined || anchorsOf(read(target)).includes(anchor));
      if (!isThere) wrong.push(`${document}: ${link}`);
    }
  }
  assertEquals(wrong, []);
});

function exists(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
}

/** The headings, as GitHub makes anchors of them. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-")
  );
}
