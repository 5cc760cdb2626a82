/** A file that is read without a server answers what a server answers. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { pathToFileURL } from "node:url";
import { ArchiveStoreError, openArchiveFile } from "../../archive.ts";
import { type Dialect, startArchive } from "../../archive/server.ts";
import { ApiConnect, FilterError } from "../../mod.ts";
import { ROOT } from "../helpers/archive.ts";
import { withDirectory } from "../helpers/directory.ts";

const NOW = Date.UTC(2026, 2, 28, 14);

/** What is asked for below the list of tests; `KEY` is that of the first. */
const ASKED = [
  "",
  "?limit=2&offset=1",
  "?event-type=throughput&time-range=86400",
  "?source=192.0.2.10&dns-match-rule=only-v4",
  "?source=ps.alpha.example",
  "?time-start=x",
  "KEY/",
  "KEY",
  "absent/",
  "KEY/failures/base",
  "KEY/packet-trace/base?limit=3",
  "KEY/packet-trace/base?time-start=0&limit=2&offset=2",
  "KEY/packet-loss-rate/aggregations/300",
  "KEY/nothing/base",
  "../elsewhere/",
  "?format=xml",
];

/** What an archive says of its answers. */
const HEADERS = ["allow", "content-type", "date", "link", "location"];

for (const dialect of ["esmond", "elmond"] as const) {
  Deno.test(`a file answers what a server answers, but for the address: ${dialect}`, async () => {
    await withSample(dialect, async (url, path) => {
      using file = openArchiveFile(path, { dialect, ...OPTIONS });
      assertEquals(file.url, pathToFileURL(path).href);
      const [test] = await fetch(url + ROOT).then((each) => each.json());
      const seen = new Set<number>();
      for (const asked of ASKED) {
        const below = ROOT + asked.replace("KEY", test["metadata-key"]);
        const [wanted, found] = await Promise.all([
          answer(fetch, url, below),
          answer(file.fetch, file.url, below),
        ]);
        assertEquals(found, wanted, below);
        seen.add(wanted.status);
      }
      assert(seen.has(200) && seen.has(404) && seen.has(400), `${[...seen]}`);
    });
  });
}

Deno.test("a file is only read, and answers for what is below its address", async () => {
  await withSample("esmond", async (_, path) => {
    using file = openArchiveFile(path, OPTIONS);
    const { status } = await file.fetch(file.url + ROOT, {
      method: "POST",
      body: "{}",
    });
    assertEquals(status, 405);
    assertEquals((await file.fetch(`http://localhost${ROOT}`)).status, 404);
    assertEquals((await file.fetch(`${file.url}x${ROOT}`)).status, 404);
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(
      () => file.fetch(file.url, { signal }),
      Error,
      "enough",
    );
  });
});

Deno.test("a client reads a file by its fetch, and without one says what is missing", async () => {
  await withSample("esmond", async (url, path) => {
    using file = openArchiveFile(path, OPTIONS);
    const keysOf = async (conn: ApiConnect) =>
      (await Array.fromAsync(conn.getMetadata())).map((md) => md.metadataKey);
    const conn = new ApiConnect(file.url, undefined, { fetch: file.fetch });
    const keys = await keysOf(conn);
    assert(keys.length > 10);
    assertEquals(keys, await keysOf(new ApiConnect(url)));
    assertEquals(conn.url, `${file.url}${ROOT}`);
    assertEquals(conn.archiveTime?.getTime(), NOW);
    assertThrows(() => new ApiConnect(file.url), FilterError, "is a file");
  });
});

Deno.test("names with characters that addresses escape are names of files", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/a b#1?50%é.db`;
    await (await startArchive({ db: path })).close();
    using file = openArchiveFile(path);
    const response = await file.fetch(file.url + ROOT);
    assertEquals([response.status, await response.text()], [200, "[]"]);
    const absent = `${path}x`;
    assertThrows(() => openArchiveFile(absent), ArchiveStoreError, absent);
  });
});

const OPTIONS = {
  now: () => NOW,
  resolve: () => Promise.resolve(["192.0.2.10"]),
};

async function withSample(
  dialect: Dialect,
  use: (url: string, path: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const path = `${directory}/archive.db`;
    const archive = await startArchive({
      ...{ db: path, dialect, sampleDays: 0.1 },
      ...OPTIONS,
    });
    try {
      await use(archive.url, path);
    } finally {
      await archive.close();
    }
  });
}

async function answer(send: typeof fetch, url: string, below: string) {
  const response = await send(url + below, { redirect: "manual" });
  const text = await response.text();
  const host = new URL(url).host || "localhost";
  const neutral = (each: string) =>
    each.replaceAll(url, "").replaceAll(`http://${host}`, "")
      .replaceAll(`https://${host}`, "");
  return {
    status: response.status,
    headers: HEADERS.map((name) => neutral(response.headers.get(name) ?? "")),
    text: neutral(text),
  };
}
