import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { exists, putAside } from "../../../cli/export/aside.ts";
import { StorageError } from "../../../cli/export/part.ts";
import { withDirectory } from "../../helpers/directory.ts";

const ASIDE = /^a\.csv\.damaged-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(?:-\d+)?$/;

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

function asides() {
  const lines: string[] = [];
  return { count: 0, warn: (line: string) => void lines.push(line), lines };
}

Deno.test("putAside gives a file another name, and says in a line which and why", async () => {
  await withDirectory(async (directory) => {
    const told = asides();
    await Deno.writeTextFile(join(directory, "a.csv"), "content");
    await putAside(told, directory, "a.csv", "has changed");
    const [name, ...others] = namesIn(directory);
    assertEquals(others, []);
    assertMatch(name!, ASIDE);
    assertEquals(Deno.readTextFileSync(join(directory, name!)), "content");
    assertEquals(told.count, 1);
    assertEquals(told.lines.length, 1);
    assertMatch(told.lines[0]!, /^a\.csv has changed: [^\n]+$/);
    assertEquals(told.lines[0]!.includes(name!), true);
  });
});

Deno.test("putAside leaves the file too where it has to stay for a while", async () => {
  await withDirectory(async (directory) => {
    const told = asides();
    await Deno.writeTextFile(join(directory, "a.csv"), "content");
    await putAside(told, directory, "a.csv", "has changed", true);
    const [own, aside] = namesIn(directory);
    assertEquals(own, "a.csv");
    assertMatch(aside!, ASIDE);
    for (const name of [own!, aside!]) {
      assertEquals(Deno.readTextFileSync(join(directory, name)), "content");
    }
  });
});

Deno.test("putAside never replaces a file that was put aside before, even within a second", async () => {
  await withDirectory(async (directory) => {
    const told = asides();
    const contents = Array.from({ length: 12 }, (_, n) => `content ${n}`);
    for (const content of contents) {
      await Deno.writeTextFile(join(directory, "a.csv"), content);
      await putAside(told, directory, "a.csv", "has changed");
    }
    const names = namesIn(directory);
    for (const name of names) assertMatch(name, ASIDE);
    assertEquals(
      names.map((name) => Deno.readTextFileSync(join(directory, name))).sort(),
      contents.sort(),
    );
    assertEquals(told.count, contents.length);
  });
});

Deno.test("putAside counts nothing where the file system refuses, and names the file", async () => {
  await withDirectory(async (directory) => {
    const told = asides();
    const { message } = await assertRejects(
      () => putAside(told, directory, "a.csv", "has changed"),
      StorageError,
    );
    assertEquals(message.includes(join(directory, "a.csv")), true);
    assertEquals([told.count, told.lines], [0, []]);
  });
});

Deno.test("exists knows files, directories, and links to nothing", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, "a");
    assertEquals([await exists(directory), await exists(path)], [true, false]);
    if (Deno.build.os === "windows") return; // links need a privilege there
    await Deno.symlink(join(directory, "nothing"), path);
    assertEquals(await exists(path), true);
  });
});
