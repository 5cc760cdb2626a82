/** Damage in the file of an archive is found, and ends it. */

import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { checkFile } from "../../archive/integrity.ts";
import { fillSample } from "../../archive/sample.ts";
import { ArchiveStoreError, startArchive } from "../../archive/server.ts";
import { Store } from "../../archive/store.ts";
import { withDirectory } from "../helpers/directory.ts";

/** A file with a sample in it, with some pages overwritten if `isDamaged`. */
async function makeFile(
  directory: string,
  isDamaged: boolean,
): Promise<string> {
  const path = `${directory}/archive.db`;
  const store = new Store(path);
  fillSample(store, 0.2, 1_790_000_000);
  store.close();
  if (!isDamaged) return path;
  const bytes = await Deno.readFile(path);
  for (let page = 40; page < 60; page++) {
    bytes.fill(0xa5, page * 4096, page * 4096 + 64);
  }
  await Deno.writeFile(path, bytes);
  return path;
}

Deno.test("checkFile() passes an intact file, and reports a damaged one", async () => {
  for (const isDamaged of [false, true]) {
    await withDirectory(async (directory) => {
      const path = await makeFile(directory, isDamaged);
      const lines: string[] = [];
      const check = checkFile(path, (line) => lines.push(line));
      if (isDamaged) {
        const error = await assertRejects(
          () => check.finished,
          ArchiveStoreError,
        );
        assertMatch(error.message, /^[^\n]* is damaged \([^\n]*\): restore/);
        assertStringIncludes(error.message, path);
      } else await check.finished;
      assertEquals(lines, []);
    });
  }
});

Deno.test("a file that cannot be checked is reported, and does not count as damaged", async () => {
  const lines: string[] = [];
  await checkFile("/nowhere/at/all", (line) => lines.push(line)).finished;
  assertEquals(lines.length, 1);
  assertMatch(lines[0]!, /^\/nowhere\/at\/all cannot be checked: /);
});

Deno.test("a check that is stopped has closed the file", async () => {
  await withDirectory(async (directory) => {
    const db = await makeFile(directory, false);
    const store = new Store(db);
    await checkFile(db, () => {}).stop();
    store.close();
    const files = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assertEquals(files, ["archive.db"]);
  });
});

Deno.test("damage stops an archive that is already answering", async () => {
  await withDirectory(async (directory) => {
    const db = await makeFile(directory, true);
    const archive = await startArchive({ db, check: "aside" });
    await assertRejects(() => archive.finished, ArchiveStoreError, "damaged");
    await assertRejects(() => fetch(archive.url), TypeError);
  });
});

Deno.test("an archive that is checked first does not start on a damaged file", async () => {
  await withDirectory(async (directory) => {
    const db = await makeFile(directory, true);
    await assertRejects(
      () => startArchive({ db, check: "first" }),
      ArchiveStoreError,
      "damaged",
    );
  });
});

Deno.test("a good file is served, checked first or aside", async () => {
  await withDirectory(async (directory) => {
    const db = await makeFile(directory, false);
    for (const check of ["first", "aside"] as const) {
      const archive = await startArchive({ db, check });
      const response = await fetch(`${archive.url}/esmond/perfsonar/archive/`);
      assertEquals((await response.json()).length, 37);
      await archive.close();
      await archive.finished;
    }
  });
});
