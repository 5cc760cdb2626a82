import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { ArchiveStoreError } from "../../archive/database.ts";
import { openReadOnly } from "../../archive/read_only.ts";
import {
  APPLICATION_ID,
  SCHEMA_VERSION,
  SCHEMAS,
} from "../../archive/schema.ts";
import { Store } from "../../archive/store.ts";
import { withDirectory } from "../helpers/directory.ts";

Deno.test("a file of the first version is refused where it is only read, and brought up to date where it is opened", async () => {
  await withDirectory((directory) => {
    const path = `${directory}/old.db`;
    const old = new DatabaseSync(path);
    old.exec(
      `${SCHEMAS[0]}; PRAGMA application_id = ${APPLICATION_ID}; ` +
        "PRAGMA user_version = 1; INSERT INTO test VALUES (1, 'aa', 'bb', 0, " +
        "'point-to-point', '192.0.2.1', '192.0.2.2', '192.0.2.1', 't', '', '')",
    );
    old.close();
    assertThrows(
      () => openReadOnly(path),
      ArchiveStoreError,
      "earlier version",
    );
    const store = new Store(path);
    assertEquals(store.test("aa")?.source, "192.0.2.1");
    assertEquals(store.test("aa")?.entry, null);
    store.close();
    const now = openReadOnly(path);
    const row = now.prepare("PRAGMA user_version").get();
    assertEquals(Object.values(row!), [SCHEMA_VERSION]);
    now.close();
  });
});
