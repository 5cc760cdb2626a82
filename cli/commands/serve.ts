/**
 * `esmond-ps serve`: an archive on this machine.
 *
 * @module
 */

import {
  ArchiveStoreError,
  type Dialect,
  startArchive,
} from "../../archive/server.ts";
import { UsageError } from "../errors.ts";
import { choose, readInteger } from "../settings.ts";
import type { Command } from "./command.ts";

const DIALECTS: readonly Dialect[] = ["esmond", "elmond"];

/** Prints the address, then serves until the program is stopped. */
export const run: Command = async (options, io) => {
  for (const word of options.words) {
    io.note(`"${word}" belongs to no option and is ignored`);
  }
  const tokens = options.texts("token");
  const sampleDays = readInteger(options, "sample", 0);
  const pageSize = options.text("page-size");
  const port = readInteger(options, "port", 8085);
  if (port > 65535) {
    throw new UsageError(`--port is ${port}: 65535 is the last`);
  }
  const host = options.text("host") ?? "127.0.0.1";
  const archive = await startArchive({
    db: options.text("db") ?? ":memory:",
    host,
    port,
    tokens,
    sampleDays,
    dialect: choose(
      "--dialect",
      options.text("dialect") ?? "esmond",
      DIALECTS,
    ),
    ...(pageSize === undefined
      ? {}
      : { pageSize: readInteger(options, "page-size", 1) }),
    signal: io.signal,
    log: io.note,
  }).catch((error) => {
    if (error instanceof ArchiveStoreError) {
      throw new UsageError(`--db: ${error.message}`);
    }
    if (error instanceof Deno.errors.AddrInUse) {
      throw new UsageError(
        `--port: ${port} is in use on ${host}; 0 takes a free one`,
      );
    }
    throw error;
  });
  await io.stdout.write(`${archive.url}\n`);
  await io.stdout.flush();
  if (tokens.length === 0) {
    io.note("nobody may write: --token KEY lets those who have the key");
  }
  await archive.finished;
};
