/** What every answer has, whatever the dialect. */

import { assertEquals } from "@std/assert";
import { openArchiveFile } from "../../archive.ts";
import { CopyFile } from "../../archive/copies.ts";
import { startArchive } from "../../archive/server.ts";
import { ROOT } from "../helpers/archive.ts";
import { withDirectory } from "../helpers/directory.ts";

const ARCHIVE = "http://ma.example.net/esmond/perfsonar/archive/";

Deno.test("a list says what it is a copy of, the last first and each once, while it is copied into, too", async () => {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    for (const dialect of ["esmond", "elmond"] as const) {
      const archive = await startArchive({ db, dialect });
      const headers = async (path: string) => {
        const response = await fetch(archive.url + path);
        await response.text();
        return [response.status, response.headers.get("x-copy-of")];
      };
      try {
        if (dialect === "esmond") {
          assertEquals(await headers(ROOT), [200, null]);
        }
        using file = new CopyFile(db);
        const sources = [
          ...["file:///home/me/old.db/esmond/perfsonar/archive/", ARCHIVE],
          ...["file:///home/me/old.db/esmond/perfsonar/archive/", ARCHIVE],
        ];
        for (const [at, url] of sources.entries()) {
          file.begin({ url, dialect: "esmond", selection: "{}" }, at, false);
          file.finish(at);
        }
        assertEquals(await headers(ROOT), [200, `${ARCHIVE}, file:old.db`]);
        assertEquals(await headers(`${ROOT}absent/`), [404, null]);
      } finally {
        await archive.close();
      }
    }
    using file = openArchiveFile(db);
    const response = await file.fetch(file.url + ROOT);
    assertEquals(
      response.headers.get("x-copy-of"),
      `${ARCHIVE}, file:old.db`,
    );
  });
});
