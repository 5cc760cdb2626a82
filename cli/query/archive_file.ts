/**
 * Opens what a reading command reads: an archive, or the file of one.
 *
 * @module
 */

import { ArchiveAddress } from "../../client/address.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { type ArchivePlace, withUrl } from "../options/values.ts";
import type { ConnectionOptions, Transport } from "../tls/common.ts";
import { openTransport } from "../tls/transport.ts";

/** An archive that can be read. */
export interface OpenArchive extends Transport {
  /** Its address; that of a file is a `file:` URL. */
  url: string;
}

/**
 * Looks at an address, before anything is opened.
 *
 * @throws {UsageError} for what is neither an address nor a file.
 */
export function checkAddress(
  { url, scriptAlias, file }: ArchivePlace,
  from?: string,
): void {
  if (file !== undefined) return;
  const noFile = url.includes("://")
    ? ""
    : "; nor is there a file of that name";
  withUrl(() => new ArchiveAddress(url, scriptAlias), noFile, from);
}

/**
 * Makes the transport to an archive, or opens the file of one.
 *
 * @throws {UsageError} for options that cannot be used, and for a file that
 * cannot be read.
 */
export async function openArchive(
  options: ConnectionOptions,
  { url, file }: ArchivePlace,
  io: Io,
): Promise<OpenArchive> {
  if (file === undefined) {
    return { url, ...await openTransport(options, url, io) };
  }
  refuseConnection(options, file);
  const { ArchiveStoreError, openArchiveFile } = await import(
    "../../archive.ts"
  );
  const { resolver } = io;
  try {
    const opened = openArchiveFile(file, {
      now: () => io.now().getTime(),
      log: once((line) => io.note(line)),
      ...resolver ? { resolve: (name) => resolver.addresses(name) } : {},
    });
    return { url: opened.url, fetch: opened.fetch, close: opened.close };
  } catch (error) {
    if (!(error instanceof ArchiveStoreError)) throw error;
    throw new UsageError(`--url: ${error.message}`);
  }
}

/** Tells each line once. */
function once(tell: (line: string) => void): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    if (!told.has(line)) tell(line);
    told.add(line);
  };
}

/** What says how to connect says nothing of a file. */
function refuseConnection(options: ConnectionOptions, file: string): void {
  const given = [
    ...(["cacert", "client-cert", "client-key", "proxy"] as const)
      .filter((name) => options.text(name) !== undefined),
    ...options.texts("pin").length > 0 ? ["pin"] : [],
    ...options.flag("insecure") ? ["insecure"] : [],
  ];
  if (given.length === 0) return;
  throw new UsageError(
    `--${given[0]} is for connections, and ${file} is a file: leave it out`,
  );
}
