/**
 * `esmond-ps serve`: an archive on this machine.
 *
 * @module
 */

import { ArchiveStoreError, startArchive } from "../../archive/server.ts";
import { isLoopback } from "../../client/loopback.ts";
import { DIALECTS } from "../options/choices.ts";
import { isKey } from "../input/credentials.ts";
import { UsageError } from "../errors.ts";
import { readSecretFile } from "../secrecy.ts";
import type { Io } from "../io.ts";
import { DEFAULTS, type OptionsOf } from "../options/table.ts";
import { choose, noteWords, readInteger } from "../options/values.ts";
import type { Command } from "./command.ts";

/** A day of sample data takes almost a second to make. */
const MAX_SAMPLE = 90;

/** Prints the address, then serves until the program is stopped. */
export const run: Command<"serve"> = async (options, io) => {
  noteWords(options.words, io);
  const tokens = await readTokens(options, io);
  // A client may put a key into the address.
  for (const token of tokens) io.hide?.(token);
  const db = options.text("db") ?? DEFAULTS.db;
  if (db === "") throw new UsageError("--db names no file: it is empty");
  const sampleDays = readInteger(options, "sample");
  if (sampleDays > MAX_SAMPLE) {
    throw new UsageError(
      `--sample is ${sampleDays}: at most ${MAX_SAMPLE} days are possible`,
    );
  }
  const pageSize = readInteger(options, "page-size");
  if (pageSize === 0) {
    throw new UsageError("--page-size is 0: a page has at least one entry");
  }
  const port = readInteger(options, "port");
  if (port > 65535) {
    throw new UsageError(`--port is ${port}: 65535 is the last`);
  }
  const host = options.text("host") ?? DEFAULTS.host;
  const openWrites = options.flag("open-writes");
  if (openWrites) checkOpenWrites(host, tokens);
  const dialect = choose(
    "dialect",
    options.text("dialect") ?? DEFAULTS.dialect,
    DIALECTS,
  );
  const isLive = options.flag("live");
  if (isLive && dialect !== "elmond") {
    throw new UsageError("--live is for --dialect elmond");
  }
  if (sampleDays > 0) {
    io.note(
      `filling the archive with ${
        sampleDays === 1 ? "a day" : `${sampleDays} days`
      } of made-up measurements; its address follows`,
    );
  }
  const archive = await startArchive({
    db,
    check: options.flag("check") ? "first" : "aside",
    host,
    port,
    tokens,
    openWrites,
    sampleDays,
    dialect,
    live: isLive,
    serverNames: readServerNames(options, openWrites),
    allowOrigin: readOrigin(options),
    ...(pageSize === undefined ? {} : { pageSize }),
    signal: io.signal,
    log: io.note,
    ...(options.flag("verbose") ? { logRequest: io.note } : {}),
  }).catch((error) => {
    throw explained(error, host, port);
  });
  await io.stdout.write(`${archive.url}\n`);
  await io.stdout.flush();
  if (!isLoopback(host)) {
    io.note(
      `--host ${host}: everybody who reaches this machine can read the archive, and nothing is encrypted, not even keys`,
    );
  }
  if (dialect === "elmond") io.note("elmond can only be read");
  else if (openWrites) {
    io.note(
      "--open-writes: every user and every program of this machine can write, without a key",
    );
  } else if (tokens.length === 0) {
    io.note(
      "nobody may write: --token KEY or --token-file FILE lets those who have the key",
    );
  }
  await archive.finished.catch((error) => {
    throw explained(error, host, port);
  });
};

/** The keys of --token and --token-file. */
async function readTokens(
  options: OptionsOf<"serve">,
  io: Io,
): Promise<string[]> {
  const tokens = options.texts("token");
  if (!tokens.every(isKey)) {
    throw new UsageError(
      "--token has to be one word of printable characters",
    );
  }
  if (tokens.length > 0) {
    io.note(
      "--token: every user of this machine can see the key in the list of processes; --token-file keeps it secret",
    );
  }
  const path = options.text("token-file");
  return path === undefined ? tokens : [
    ...tokens,
    ...await readSecretFile(
      "--token-file",
      path,
      io,
      (text) => tokensOf(text, path),
    ),
  ];
}

function tokensOf(text: string, path: string): string[] {
  const lines = text.split(/\r?\n/).map((line) =>
    line.replace(/(?:^|\s)#.*/, "").trim()
  );
  const bad = lines.findIndex((line) => line !== "" && !isKey(line));
  if (bad >= 0) {
    throw new UsageError(
      `--token-file: line ${
        bad + 1
      } of ${path} is not a key: a key is one word of printable characters`,
    );
  }
  const tokens = lines.filter((line) => line !== "");
  if (tokens.length === 0) {
    throw new UsageError(`--token-file: ${path} contains no key`);
  }
  return tokens;
}

/** The hosts of --server-name. */
function readServerNames(
  options: OptionsOf<"serve">,
  openWrites: boolean,
): string[] {
  const names = options.texts("server-name");
  const bad = names.find((name) => !/^[a-z0-9._-]+$/i.test(name));
  if (bad !== undefined) {
    throw new UsageError(
      `--server-name is ${JSON.stringify(bad)}: name a host, without a port`,
    );
  }
  if (openWrites && names.length > 0) {
    throw new UsageError(
      "--open-writes with --server-name would let everybody write who reaches the web server: give --token-file instead",
    );
  }
  return names;
}

/** The origin of --allow-origin. */
function readOrigin(options: OptionsOf<"serve">): string | undefined {
  const origin = options.text("allow-origin");
  if (origin === undefined || origin === "*") return origin;
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw new UsageError(
      `--allow-origin is ${
        JSON.stringify(origin)
      }: give an origin such as https://graphs.example.net, or *`,
    );
  }
  return origin;
}

function checkOpenWrites(host: string, tokens: readonly string[]): void {
  if (!isLoopback(host)) {
    throw new UsageError(
      `--open-writes: other machines reach ${host}: leave --host out, or give --token-file`,
    );
  }
  if (tokens.length > 0) {
    throw new UsageError(
      "--open-writes needs no key: leave out either it, or --token and --token-file",
    );
  }
}

/** Why the archive does not start or continue, by the option to change. */
function explained(error: unknown, host: string, port: number): unknown {
  if (error instanceof ArchiveStoreError) {
    return new UsageError(`--db: ${error.message}`);
  }
  if (error instanceof Deno.errors.AddrInUse) {
    return new UsageError(
      `--port: ${port} is in use on ${host}; 0 takes a free one`,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new UsageError(
      `--port: this user may not listen on ${port} of ${host}; 1024 and above are for everybody`,
    );
  }
  const isAddress = error instanceof Deno.errors.AddrNotAvailable ||
    error instanceof URIError ||
    (error instanceof Error && /lookup|resolve|address/i.test(error.message));
  return isAddress
    ? new UsageError(
      `--host: ${JSON.stringify(host)} is not an address of this machine`,
    )
    : error;
}
