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
import { isKey } from "../credentials.ts";
import { UsageError } from "../errors.ts";
import { choose, readInteger } from "../settings.ts";
import type { Command } from "./command.ts";

/** A day of sample data takes a good part of a second to make. */
const MAX_SAMPLE = 90;

const DIALECTS: readonly Dialect[] = ["esmond", "elmond"];

/** Prints the address, then serves until the program is stopped. */
export const run: Command = async (options, io) => {
  for (const word of options.words) {
    io.note(`"${word}" belongs to no option and is ignored`);
  }
  const tokens = options.texts("token");
  for (const token of tokens) {
    if (isKey(token)) continue;
    throw new UsageError(
      "--token has to be one word of printable characters, or nobody can send it",
    );
  }
  const db = options.text("db") ?? ":memory:";
  if (db === "") throw new UsageError("--db names no file: it is empty");
  const sampleDays = readInteger(options, "sample", 0);
  if (sampleDays > MAX_SAMPLE) {
    throw new UsageError(
      `--sample is ${sampleDays}: ${MAX_SAMPLE} days are the most that is made up`,
    );
  }
  const pageSize = readInteger(options, "page-size", 0);
  if (options.text("page-size") !== undefined && pageSize === 0) {
    throw new UsageError("--page-size is 0: a page has at least one entry");
  }
  const port = readInteger(options, "port", 8085);
  if (port > 65535) {
    throw new UsageError(`--port is ${port}: 65535 is the last`);
  }
  const host = options.text("host") ?? "127.0.0.1";
  const dialect = choose(
    "--dialect",
    options.text("dialect") ?? "esmond",
    DIALECTS,
  );
  const archive = await startArchive({
    db,
    host,
    port,
    tokens,
    sampleDays,
    dialect,
    ...(pageSize > 0 ? { pageSize } : {}),
    signal: io.signal,
    log: io.note,
    ...(options.flag("verbose") ? { logRequest: io.note } : {}),
  }).catch((error) => {
    throw explained(error, host, port);
  });
  await io.stdout.write(`${archive.url}\n`);
  await io.stdout.flush();
  if (dialect === "elmond") io.note("elmond can only be read");
  else if (tokens.length === 0) {
    io.note("nobody may write: --token KEY lets those who have the key");
  }
  await archive.finished;
};

/** Why the archive does not start, by the option that is to be changed. */
function explained(error: unknown, host: string, port: number): unknown {
  if (error instanceof ArchiveStoreError) {
    return new UsageError(`--db: ${error.message}`);
  }
  if (error instanceof Deno.errors.AddrInUse) {
    return new UsageError(
      `--port: ${port} is in use on ${host}; 0 takes a free one`,
    );
  }
  const isAddress = error instanceof Deno.errors.AddrNotAvailable ||
    error instanceof URIError ||
    (error instanceof Error && /lookup|resolve|address/i.test(error.message));
  return isAddress
    ? new UsageError(
      `--host: ${JSON.stringify(host)} is no address of this machine`,
    )
    : error;
}
