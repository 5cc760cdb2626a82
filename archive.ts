/**
 * Reading the file of an archive without a server, with Deno: a file that
 * `esmond-ps serve --db` or `esmond-ps copy` has made.
 *
 * @example Usage
 * ```ts ignore
 * import { ApiConnect } from "@esmond/client";
 * import { openArchiveFile } from "@esmond/client/archive";
 *
 * using file = openArchiveFile("archive.db");
 * const conn = new ApiConnect(file.url, undefined, { fetch: file.fetch });
 * for await (const md of conn.getMetadata()) console.log(`${md}`);
 * ```
 *
 * @module
 */

export {
  type ArchiveFile,
  type ArchiveFileOptions,
  ArchiveStoreError,
  type Dialect,
  openArchiveFile,
} from "./archive/file.ts";
