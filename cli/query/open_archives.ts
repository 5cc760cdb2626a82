/**
 * From addresses to archives that can be asked.
 *
 * @module
 */

import { ArchiveAddress } from "../../client/address.ts";
import { DEFAULT_CONCURRENCY } from "../../client/defaults.ts";
import { ApiConnect } from "../../client/connect.ts";
import { FilterError } from "../../client/errors.ts";
import type { ApiConnectOptions, ApiFilters, Metadata } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ReadingName } from "../names.ts";
import { checkByOrigin, optionsOfOrigin } from "../options/by_origin.ts";
import type { OptionsOf } from "../options/table.ts";
import { readInteger, readMaxResponse } from "../options/values.ts";
import type { NamedAddress } from "./addresses.ts";
import { openArchive } from "./archive_file.ts";
import { Archives, type OpenedArchive } from "./archives.ts";
import type { ArchiveClock } from "./clock.ts";

/** What a command tells the connection to each archive. */
export type OwnAccess = Pick<
  ApiConnectOptions,
  "concurrency" | "pageSize" | "signal" | "drain" | "warn"
>;

/** Lists tests by other filters, by wire name, without retries. */
export type ListBy = (
  changes: Record<string, string | number | undefined>,
) => AsyncIterable<Metadata>;

/** The archives of a command; disposing of it closes the connections. */
export interface OpenedArchives extends Disposable {
  /** The archives. */
  archives: Archives;
  /** Lists tests of the first: all such lists make a few requests at most. */
  listBy: ListBy;
}

/** What opening archives needs to know of the command. */
export interface OpenOptions {
  /** What it tells each connection. */
  connection?(): OwnAccess;
  /** How long it may take, in seconds: no archive may take all of that. */
  limit?: number;
  /** The origins of what is read besides archives. */
  otherOrigins?: readonly string[];
  /** What looks at the clocks of the archives. */
  clock?: ArchiveClock;
}

/**
 * Connects to archives: to each as if it were the only one.
 *
 * @throws {UsageError} for options that cannot be used.
 */
export async function openArchives(
  addresses: readonly NamedAddress[],
  options: OptionsOf<ReadingName>,
  filters: ApiFilters,
  io: Io,
  own: OpenOptions,
): Promise<OpenedArchives> {
  checkByOrigin(options, addresses.map(originOf), own.otherOrigins);
  const opened: Opened[] = [];
  const close = () => {
    for (const each of opened.splice(0)) each[Symbol.dispose]();
  };
  const one = { ...own, warn: toldOnce(io), isOne: addresses.length === 1 };
  try {
    for (const address of addresses) {
      // What one is asked for may change: each export has a window of its own.
      const its = one.isOne ? filters : filters.with({});
      opened.push(await openOne(address, options, its, io, one));
    }
    // With one, its error ends the command, and is explained there.
    const wayOut = opened.length > 1
      ? await import("../tls/way_out.ts")
      : undefined;
    const archives = new Archives(opened, {
      filters,
      concurrency: own.connection?.().concurrency ?? DEFAULT_CONCURRENCY,
      isDistinct: options.flag("distinct"),
      explain: (error) => wayOut?.addWayOut(error, options, io.env),
    }, io);
    const { listBy } = opened[0]!;
    return { archives, listBy, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

/** An archive that can be asked. */
interface Opened extends OpenedArchive, Disposable {
  listBy: ListBy;
}

/** The origin of an archive; a file has none. */
function originOf({ url, file }: NamedAddress): string | undefined {
  return file === undefined ? new URL(url).origin : undefined;
}

async function openOne(
  address: NamedAddress,
  options: OptionsOf<ReadingName>,
  filters: ApiFilters,
  io: Io,
  own: OpenOptions & { isOne: boolean; warn(line: string): void },
): Promise<Opened> {
  const giveUp = new AbortController();
  const { drain, ...given } = own.connection?.() ?? { signal: io.signal };
  const { limit = 0 } = own;
  const isHurried = limit > 0 && !own.isOne;
  const access = {
    warn: own.warn,
    scriptAlias: address.scriptAlias,
    // A file that cannot be read now cannot be read in a moment.
    retries: address.file !== undefined ||
        isHurried && options.text("retry") === undefined
      ? 0
      : readInteger(options, "retry"),
    // The only one has all the time there is: nothing else may end it.
    ...(limit > 0 ? { timeout: own.isOne ? 0 : limit / 2 } : {}),
    ...readMaxResponse(options),
    ...given,
    drain: drain ? AbortSignal.any([drain, giveUp.signal]) : giveUp.signal,
  };
  const { url, fetch, close } = await openArchive(
    own.isOne && address.file !== undefined
      ? options // all of which is refused
      : optionsOfOrigin(options, originOf(address), own.isOne),
    address,
    io,
  );
  try {
    const { root } = new ArchiveAddress(url, address.scriptAlias);
    const send = own.clock?.watching(fetch ?? globalThis.fetch, root.href) ??
      fetch;
    const through = send ? { ...access, fetch: send } : access;
    return {
      giveUp,
      connection: connect(url, filters, through, io),
      listBy: lister(url, filters, through, io),
      [Symbol.dispose]: close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function connect(
  url: string,
  filters: ApiFilters,
  access: ApiConnectOptions,
  io: Io,
): ApiConnect {
  const variable = io.env("ESMOND_PAGE_SIZE");
  const isTyped = access.pageSize !== undefined;
  try {
    return new ApiConnect(url, filters, {
      ...(variable ? { pageSize: Number(variable) } : {}),
      ...access,
      log: (line) => line && filters.verbose ? io.note(line) : undefined,
    });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const option = error.field === "concurrency"
      ? "--concurrency"
      : isTyped
      ? "--page-size"
      : "ESMOND_PAGE_SIZE";
    throw new UsageError(`${option}: ${error.message}`);
  }
}

/** Tells of the same once: much is read twice, or of several archives. */
function toldOnce(io: Pick<Io, "note">): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    if (!told.has(line)) io.note(line);
    told.add(line);
  };
}

/** The most requests for advice. */
export const ADVICE_REQUESTS = 3;

function lister(
  url: string,
  filters: ApiFilters,
  access: ApiConnectOptions,
  io: Io,
): ListBy {
  let left = ADVICE_REQUESTS;
  const send = access.fetch ?? fetch;
  const limited: typeof fetch = (input, init) =>
    left-- > 0 ? send(input, init) : Promise.reject(new Error("enough"));
  return (changes) => {
    // What there is to warn of has been told when the tests were listed.
    const once = { ...access, retries: 0, fetch: limited, warn: () => {} };
    return connect(url, filters, once, io)
      .getMetadata({ stillRunning: true, filters: changes });
  };
}
