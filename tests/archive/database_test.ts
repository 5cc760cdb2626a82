/** The database file: what is refused, and how its errors are worded. */

import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  ArchiveStoreError,
  isDatabaseError,
  openDatabase,
  SCHEMA_VERSION,
  storeError,
  transaction,
  whenFree,
} from "../../archive/database.ts";
import type { Opening } from "./opening.ts";
import { withDirectory } from "../helpers/directory.ts";

/** A path that is refused, and a part of the error. */
type Bad = [said: string, prepare: (directory: string) => string];

const BAD: Bad[] = [
  ["not an SQLite database", (directory) => {
    Deno.writeTextFileSync(`${directory}/text`, "no database\n".repeat(100));
    return `${directory}/text`;
  }],
  ["schema is 99", (directory) => {
    openDatabase(`${directory}/new`).close();
    const database = new DatabaseSync(`${directory}/new`);
    database.exec("PRAGMA user_version = 99");
    database.close();
    return `${directory}/new`;
  }],
  ["of another program", (directory) => {
    const database = new DatabaseSync(`${directory}/other`);
    database.exec("CREATE TABLE other (x)");
    database.close();
    return `${directory}/other`;
  }],
  ["of another program", (directory) => {
    const database = new DatabaseSync(`${directory}/same-version`);
    database.exec(
      `CREATE TABLE other (x); PRAGMA user_version = ${SCHEMA_VERSION}`,
    );
    database.close();
    return `${directory}/same-version`;
  }],
  ["is read-only", (directory) => {
    openDatabase(`${directory}/kept`).close();
    Deno.chmodSync(`${directory}/kept`, 0o444);
    return `${directory}/kept`;
  }],
  ["does not exist", (directory) => `${directory}/nowhere/file`],
  ["is a directory", (directory) => directory],
];

Deno.test("a file that cannot be used is an error of one line that names it", async () => {
  for (const [said, prepare] of BAD) {
    await withDirectory((directory) => {
      const path = prepare(directory);
      const error = assertThrows(() => openDatabase(path), ArchiveStoreError);
      assertStringIncludes(error.message, path);
      assertStringIncludes(error.message, said);
      assertEquals(error.message.includes("\n"), false);
    });
  }
});

Deno.test("a new file may be opened by several at the same moment", async () => {
  await withDirectory(async (directory) => {
    const paths = Array.from({ length: 40 }, (_, n) => `${directory}/${n}`);
    const arrived = new SharedArrayBuffer(4 * paths.length);
    const opening: Opening = { paths, workers: 3, arrived };
    const module = new URL("./opening.ts", import.meta.url);
    const failed = Array.from({ length: opening.workers }, async () => {
      const worker = new Worker(module, { type: "module" });
      const said = new Promise<string[]>((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      });
      worker.postMessage(opening);
      return await said.finally(() => worker.terminate());
    });
    assertEquals((await Promise.all(failed)).flat(), []);
  });
});

Deno.test("a file of another program is left as it was", async () => {
  await withDirectory((directory) => {
    const path = `${directory}/other`;
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE other (x)");
    database.close();
    const before = Deno.readFileSync(path);
    assertThrows(() => openDatabase(path), ArchiveStoreError);
    assertEquals(Deno.readFileSync(path), before);
  });
});

Deno.test("a full disk is reported in one line, with what to do", async () => {
  await withDirectory((directory) => {
    const path = `${directory}/small`;
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE t (x); PRAGMA max_page_count = 3");
    const fill = database.prepare("INSERT INTO t VALUES (zeroblob(100000))");
    let said = "";
    try {
      fill.run();
    } catch (error) {
      said = storeError(error, path).message;
    }
    database.close();
    assertEquals(
      said,
      `${path}: the disk is full: make room, then try again`,
    );
  });
});

Deno.test("the file is flushed at each commit, and read while it is written", async () => {
  await withDirectory((directory) => {
    const database = openDatabase(`${directory}/archive.db`);
    const pragma = (name: string) =>
      Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    const full = 2;
    assertEquals([pragma("synchronous"), pragma("journal_mode")], [
      full,
      "wal",
    ]);
    database.close();
  });
});

Deno.test("transaction() stores all or nothing, and throws what the work threw", () => {
  const database = openDatabase(":memory:");
  const add = (id: number) =>
    database.exec(
      `INSERT INTO series (id, test, event_type) VALUES (${id}, ${id}, 'x')`,
    );
  const count = () =>
    database.prepare("SELECT count(*) AS n FROM series").get()!["n"];
  database.exec("PRAGMA foreign_keys = OFF");
  assertEquals(transaction(database, () => (add(1), "done")), "done");
  const reason = new Error("no");
  const thrown = assertThrows(() =>
    transaction(database, () => {
      add(2);
      throw reason;
    }), Error);
  assertStrictEquals(thrown, reason);
  assertEquals([count(), database.isTransaction], [1, false]);
  // Work that has rolled back already, as SQLite does on a full disk.
  const again = assertThrows(() =>
    transaction(database, () => {
      database.exec("ROLLBACK");
      throw reason;
    }), Error);
  assertStrictEquals(again, reason);
  database.close();
});

Deno.test("whenFree() repeats work until another program frees the file, and no other failure", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/archive.db`;
    const [one, other] = [openDatabase(path), openDatabase(path)];
    one.exec("PRAGMA busy_timeout = 0");
    other.exec("BEGIN IMMEDIATE");
    let attempts = 0;
    const work = () => {
      // The other program is done before the third attempt.
      if (++attempts === 3) other.exec("ROLLBACK");
      return transaction(one, () => attempts);
    };
    assertEquals(await whenFree(60_000, work), 3);

    other.exec("BEGIN IMMEDIATE");
    attempts = 10;
    const error = await assertRejects(() => whenFree(-1, work), Error);
    assertEquals([attempts, isDatabaseError(error)], [11, true]);
    other.close();

    const broken = () => {
      attempts++;
      throw new Error("the text says locked");
    };
    await assertRejects(() => whenFree(60_000, broken), Error, "the text");
    assertEquals(attempts, 12);
    one.close();
  });
});

Deno.test("storeError() explains what SQLite says in one line, and keeps the cause", () => {
  const cases: [said: string, explained: string][] = [
    ["file is not a database", "f is not an SQLite database, or is damaged"],
    ["database disk image is malformed", "f is not an SQLite database"],
    ["attempt to write a readonly database", "f is read-only"],
    ["database or disk is full", "f: the disk is full"],
    ["disk I/O error", "f could not be read or written (disk I/O error)"],
    ["database is locked", "f is locked by another program"],
    ["unable to open database file", "f cannot be opened"],
    ["something else\nand more", "f: something else"],
  ];
  for (const [said, explained] of cases) {
    const cause = new Error(said);
    const error = storeError(cause, "f");
    assertStringIncludes(error.message, explained);
    assertEquals(error.message.includes("\n"), false);
    assertEquals([error.path, error.cause], ["f", cause]);
  }
});
