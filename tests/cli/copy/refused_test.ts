/** What copy refuses, or names, in one line. */

import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../archive/database.ts";
import {
  description,
  makeTest,
  send,
  withArchive,
} from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { assertTold, runCli } from "../../helpers/run.ts";
import { copy } from "./reading.ts";

/** A file that is refused, and what is said of it. */
const FILES: readonly [said: RegExp, make: (path: string) => void][] = [
  [/is not an SQLite database/, (path) => {
    Deno.writeTextFileSync(path, "no database\n".repeat(100));
  }],
  [/of another program/, (path) => {
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE other (x)");
    database.close();
  }],
  [/newer version/, (path) => {
    openDatabase(path).close();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
  }],
  [/is a directory/, (path) => Deno.mkdirSync(path)],
  [/another copy is writing to/, (path) => {
    const lock = Deno.openSync(`${path}-lock`, { write: true, create: true });
    lock.lockSync(true);
    locks.push(lock);
  }],
];

const locks: Deno.FsFile[] = [];

Deno.test("copy refuses files that are not its own in one line, and leaves them as they are", async () => {
  for (const [said, make] of FILES) {
    await withDirectory(async (directory) => {
      const path = `${directory}/file`;
      make(path);
      const before = await Deno.readFile(path).catch(() => undefined);
      const url = "http://127.0.0.1:9";
      const ended = await runCli(["copy", "--url", url, "--to", path]);
      assertTold(ended, 2, said);
      const after = await Deno.readFile(path).catch(() => undefined);
      assertEquals(after, before);
      for (const lock of locks.splice(0)) lock.close();
    });
  }
});

Deno.test("copy does not copy a file to itself, by whatever name", async () => {
  await withDirectory(async (directory) => {
    const file = `${directory}/archive.db`;
    openDatabase(file).close();
    await Deno.symlink(file, `${directory}/link.db`);
    const before = await Deno.readFile(file);
    for (
      const to of [file, `${directory}/./archive.db`, `${directory}/link.db`]
    ) {
      for (const more of [[], ["--dry-run"]]) {
        const argv = ["copy", "--url", file, "--to", to, ...more];
        assertTold(await runCli(argv), 2, /--to is the file that --url names/);
      }
    }
    assertEquals(await Deno.readFile(file), before);
    const other = ["copy", "--url", file, "--to", `${directory}/other.db`];
    assertEquals((await runCli(other)).exit, 0);
  });
});

Deno.test("copy names what it needs, and a directory that is not there", async () => {
  const url = "http://127.0.0.1:9";
  assertTold(await runCli(["copy", "--url", url]), 2, /--to is required/);
  await withDirectory(async (directory) => {
    const to = `${directory}/absent/file`;
    const ended = await runCli(["copy", "--url", url, "--to", to]);
    assertTold(ended, 2, /there is no directory .*absent: create it first/);
  });
});

Deno.test("a key with another description is named, and the rest is copied", async () => {
  await withArchive({}, async ({ url }) => {
    await withDirectory(async (directory) => {
      const file = `${directory}/copy.db`;
      const one = await makeTest(url, description({ throughput: [] }));
      const two = await makeTest(
        url,
        description({ throughput: [] }, { "tool-name": "other" }),
      );
      await copy(url, file);
      const database = new DatabaseSync(file);
      database.exec(
        `UPDATE test SET entry = replace(entry, 'ps.alpha', 'ps.omega') WHERE key = '${one}'`,
      );
      database.close();
      for (const key of [one, two]) {
        const point = { ts: 1456790400, val: 1 };
        const path = `/esmond/perfsonar/archive/${key}/throughput/base`;
        await send("POST", url + path, point);
      }
      const ended = await runCli(["copy", "--url", url, "--to", file]);
      assertEquals(ended.exit, 3, ended.stderr);
      assertMatch(ended.stderr, new RegExp(`key ${one}.*input-source`));
      const points = new DatabaseSync(file);
      const { number } = points.prepare("SELECT count(*) AS number FROM point")
        .get() as { number: number };
      points.close();
      assertEquals(number, 1);
    });
  });
});

Deno.test("a series that differs from its source is found by --verify", async () => {
  await withArchive({}, async ({ url }) => {
    await withDirectory(async (directory) => {
      const file = `${directory}/copy.db`;
      const key = await makeTest(url, description({ throughput: [] }));
      const path = `/esmond/perfsonar/archive/${key}/throughput/base`;
      await send("POST", url + path, { ts: 1456790400, val: 1 });
      await send("POST", url + path, { ts: 1456790460, val: 2 });
      await copy(url, file, "--verify");
      const database = new DatabaseSync(file);
      database.exec("UPDATE point SET number = 7 WHERE ts = 1456790400");
      database.close();
      const ended = await runCli([
        ...["copy", "--url", url, "--to", file, "--verify"],
      ]);
      assertEquals(ended.exit, 3);
      assertMatch(ended.stderr, /2 points \(\w+\) in the copy, 2 points \(/);
    });
  });
});

Deno.test("copy --dry-run makes no file, and tells what a file has", async () => {
  await withArchive({}, async ({ url }) => {
    await withDirectory(async (directory) => {
      const file = `${directory}/copy.db`;
      const key = await makeTest(url, description({ throughput: [] }));
      const path = `/esmond/perfsonar/archive/${key}/throughput/base`;
      await send("POST", url + path, { ts: 1456790400, val: 1 });
      const argv = ["copy", "--url", url, "--to", file, "--dry-run"];
      const first = await runCli(argv);
      assertMatch(first.stdout, /^1 test, 1 series and 0 roll-ups of /);
      assertEquals([...Deno.readDirSync(directory)], []);
      await copy(url, file);
      const second = await runCli(argv);
      assertMatch(second.stdout, /has 1 of these .*: 1 point\n/);
    });
  });
});
