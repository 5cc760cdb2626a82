/** Files that are opened only to be read: what is refused, who else may write. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  ArchiveStoreError,
  closeDatabase,
  openDatabase,
} from "../../archive/database.ts";
import { openReadOnly } from "../../archive/read_only.ts";
import { withDirectory } from "../helpers/directory.ts";
import { testUnless } from "../helpers/skipping.ts";

/** Why a test of what this user may not do is skipped, if it is. */
const MAY_ALL = await mayWriteAll()
  ? "this user may read and write everything"
  : undefined;

/** Lets points be of no series. */
const ANY = "PRAGMA foreign_keys = OFF";

/** A path that is refused, and a part of the error. */
type Bad = [said: string, prepare: (directory: string) => string];

const BAD: Bad[] = [
  ["does not exist", (directory) => `${directory}/absent.db`],
  ["does not exist", (directory) => `${directory}/nowhere/archive.db`],
  ["is a directory", (directory) => directory],
  ["not an SQLite database", (directory) => {
    Deno.writeTextFileSync(`${directory}/text`, "no database\n".repeat(100));
    return `${directory}/text`;
  }],
  ["is not an archive", (directory) => {
    Deno.writeTextFileSync(`${directory}/empty`, "");
    return `${directory}/empty`;
  }],
  ["is not an archive", (directory) => {
    const database = new DatabaseSync(`${directory}/other`);
    database.exec("CREATE TABLE other (x); PRAGMA user_version = 99");
    database.close();
    return `${directory}/other`;
  }],
  ["newer version (its schema is 99", (directory) => {
    const database = openDatabase(`${directory}/new`);
    database.exec("PRAGMA user_version = 99");
    closeDatabase(database);
    return `${directory}/new`;
  }],
];

Deno.test("a file that cannot be read is an error of one line that names it, and stays as it is", async () => {
  for (const [said, prepare] of BAD) {
    await withDirectory((directory) => {
      const path = prepare(directory);
      const before = namesIn(directory);
      const error = assertThrows(() => openReadOnly(path), ArchiveStoreError);
      assertStringIncludes(error.message, path);
      assertStringIncludes(error.message, said);
      assertEquals(error.message.includes("\n"), false);
      assertEquals(namesIn(directory), before);
    });
  }
});

testUnless(
  MAY_ALL,
  "a file without permission is an error that says so",
  async () => {
    await withDirectory((directory) => {
      const path = `${directory}/archive.db`;
      closeDatabase(openDatabase(path));
      Deno.chmodSync(path, 0o000);
      const error = assertThrows(() => openReadOnly(path), ArchiveStoreError);
      assertStringIncludes(error.message, "may not be read");
    });
  },
);

testUnless(
  MAY_ALL,
  "a closed file is read where nothing can be written; one with a log is an error that says what to do",
  async () => {
    await withDirectory((directory) => {
      const path = `${directory}/archive.db`;
      closeDatabase(openDatabase(path));
      openDatabase(path).close(); // as a program that was killed leaves it
      Deno.chmodSync(directory, 0o555);
      try {
        const error = assertThrows(() => openReadOnly(path), ArchiveStoreError);
        assertStringIncludes(error.message, `${path}-wal`);
        Deno.chmodSync(directory, 0o755);
        closeDatabase(openDatabase(path));
        Deno.chmodSync(directory, 0o555);
        assertEquals(countIn(openReadOnly(path)), 0);
        assertEquals(namesIn(directory), ["archive.db"]);
      } finally {
        Deno.chmodSync(directory, 0o755);
      }
    });
  },
);

Deno.test("what others write is read as it arrives, and the file cannot be written to", async () => {
  await withDirectory((directory) => {
    const path = `${directory}/archive.db`;
    const writer = openDatabase(path);
    const reader = openReadOnly(path);
    assertEquals(countIn(reader, false), 0);
    writer.exec(`${ANY}; BEGIN; INSERT INTO point VALUES (1, 1, 1, 1, NULL)`);
    assertEquals(countIn(reader, false), 0);
    writer.exec("COMMIT");
    assertEquals(countIn(reader, false), 1);
    assertThrows(() => reader.exec("DELETE FROM point"), Error, "readonly");
    closeDatabase(writer);
    // A reader does not keep another writer from opening the file again.
    const other = openDatabase(path);
    other.exec(`${ANY}; INSERT INTO point VALUES (1, 2, 1, 1, NULL)`);
    assertEquals(countIn(reader), 2);
    closeDatabase(other);
    assertEquals(namesIn(directory), ["archive.db"]);
  });
});

Deno.test("a reader that came to a closed file does not keep a writer from opening it", async () => {
  await withDirectory((directory) => {
    const path = `${directory}/archive.db`;
    closeDatabase(openDatabase(path));
    const reader = openReadOnly(path);
    assertEquals(namesIn(directory), ["archive.db"]);
    const writer = openDatabase(path);
    writer.exec(`${ANY}; INSERT INTO point VALUES (1, 1, 1, 1, NULL)`);
    assertEquals(countIn(reader), 1);
    closeDatabase(writer);
  });
});

function countIn(database: DatabaseSync, closes = true): number {
  const row = database.prepare("SELECT count(*) AS number FROM point").get();
  if (closes) database.close();
  return Number(row?.["number"]);
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

async function mayWriteAll(): Promise<boolean> {
  let may = true;
  await withDirectory(async (directory) => {
    if (Deno.build.os !== "windows") await Deno.chmod(directory, 0o555);
    may = await Deno.writeTextFile(`${directory}/new`, "").then(
      () => true,
      () => false,
    );
    if (Deno.build.os !== "windows") await Deno.chmod(directory, 0o755);
  });
  return may;
}
