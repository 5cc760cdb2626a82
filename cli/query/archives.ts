/**
 * The archives that a command reads: one, or several side by side.
 *
 * @module
 */

import { connectionOf } from "../../client/connect.ts";
import { DEFAULT_REQUESTS } from "../../client/defaults.ts";
import { mergeTests } from "../../client/distinct.ts";
import {
  ArchiveError,
  ArchiveHttpError,
  EsmondError,
} from "../../client/errors.ts";
import { Pool, type SilentOnes } from "../../client/pool.ts";
import type {
  ApiConnect,
  ApiFilters,
  ArchiveFailure,
  ConnectionStatistics,
  Metadata,
} from "../../mod.ts";
import { EXIT, PartialError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { inLanes, type LaneOptions, mapInLanes } from "./lanes.ts";

/** One of the archives. */
export interface OpenedArchive {
  /** The connection to it. */
  connection: ApiConnect;
  /** Ends requests to it before they are sent. */
  giveUp: AbortController;
}

/** What is of an archive. */
export interface OfArchive {
  /** The address of the archive. */
  readonly archive: string;
}

/** What the archives are read with. */
export interface ArchivesOptions {
  /** What to look for. */
  filters: ApiFilters;
  /** How much of one archive is read at a time. */
  concurrency: number;
  /** Whether a test comes from one archive alone. */
  isDistinct: boolean;
  /** Completes what is told of an archive that failed. */
  explain(error: ArchiveError): void;
}

/** The archives of a command. With one, its errors are those of the command. */
export class Archives {
  /** What to look for in each of them. */
  readonly filters: ApiFilters;
  readonly #all: ReadonlyMap<string, OpenedArchive>;
  readonly #options: ArchivesOptions;
  readonly #io: Pick<Io, "note" | "signal">;
  readonly #pool = new Pool(DEFAULT_REQUESTS);
  readonly #failures = new Map<string, ArchiveFailure>();
  readonly #refusals = new Map<string, ArchiveError>();

  /**
   * Shares the limit of requests out among them.
   *
   * @param all The archives, in the order in which they were named.
   */
  constructor(
    all: readonly OpenedArchive[],
    options: ArchivesOptions,
    io: Pick<Io, "note" | "signal">,
  ) {
    this.filters = options.filters;
    this.#options = options;
    this.#io = io;
    this.#all = new Map(all.map((each) => [each.connection.url, each]));
    if (!this.isSeveral) return;
    for (const { connection } of all) {
      connectionOf(connection).gate.join(this.#pool);
    }
  }

  /** Each of them as the only one, with filters of its own. */
  each(): Archives[] {
    return [...this.#all.values()].map((one) => {
      const { filters } = one.connection;
      return new Archives([one], { ...this.#options, filters }, this.#io);
    });
  }

  /** Whether there is more than one. */
  get isSeveral(): boolean {
    return this.#all.size > 1;
  }

  /** Their addresses. */
  get urls(): string[] {
    return [...this.#all.keys()];
  }

  /** The address of the only one, or of the first. */
  get url(): string {
    return this.urls[0]!;
  }

  /**
   * The only one.
   *
   * @param what What reads no more than one.
   * @throws {UsageError} if there are several.
   */
  only(what: string): ApiConnect {
    if (!this.isSeveral) return this.#all.get(this.url)!.connection;
    throw new UsageError(`${what} reads one archive: give one --url`);
  }

  /** Those that could not be read, in the order in which they were named. */
  get failures(): ArchiveFailure[] {
    return this.urls.flatMap((url) => this.#failures.get(url) ?? []);
  }

  /** The requests to all of them so far. */
  get statistics(): ConnectionStatistics {
    const total = { requests: 0, retries: 0 };
    for (const { connection: { statistics } } of this.#all.values()) {
      total.requests += statistics.requests;
      total.retries += statistics.retries;
    }
    return total;
  }

  /** The clock of an archive, when it last answered. */
  archiveTime(archive: string = this.url): Date | undefined {
    return this.#all.get(archive)?.connection.archiveTime;
  }

  /** Those that keep no others waiting, by address. */
  get silent(): SilentOnes<string> {
    return this.#pool.silent((url) =>
      connectionOf(this.#all.get(url)!.connection).gate
    );
  }

  /** Whether an archive was given up. */
  isFailed(archive: string): boolean {
    return this.#failures.has(archive);
  }

  /**
   * An archive, of several, cannot be read: nothing more is asked there.
   *
   * @throws {EsmondError} when it was the last one.
   */
  fail(url: string, error: ArchiveError): void {
    if (this.#failures.has(url)) return;
    this.#options.explain(error);
    this.#failures.set(url, { url, error });
    this.#all.get(url)?.giveUp.abort(error);
    if (this.#failures.size === this.#all.size) this.#throwAll();
  }

  /**
   * The archive that an error is of, if there are several: with one, an error
   * of it ends the command.
   */
  archiveOf(error: unknown): string | undefined {
    if (!this.isSeveral || !(error instanceof ArchiveError)) return undefined;
    return this.urls.find((url) => error.url.startsWith(url)) ??
      this.urls.find((url) => error.url.startsWith(url.replace(/\/$/, "")));
  }

  /** Nothing more is asked of the only archive. */
  giveUp(reason: unknown): void {
    for (const { giveUp } of this.#all.values()) giveUp.abort(reason);
  }

  /**
   * Merges lists of tests as they come. An archive whose list cannot be read is
   * left out; what had come of it is given.
   *
   * @param read Reads the list of one archive.
   * @throws What the list of the only archive throws; of several, what is not a
   * failure of an archive, and {@linkcode EsmondError} when all have failed.
   */
  async *list(
    read: (connection: ApiConnect) => AsyncGenerator<Metadata, void, void>,
  ): AsyncGenerator<Metadata, void, void> {
    const asked = [...this.#all.values()]
      .filter(({ connection }) => !this.isFailed(connection.url));
    if (!this.isSeveral) return yield* read(asked[0]!.connection);
    const lists = asked.map(({ connection }) => read(connection));
    const { isDistinct } = this.#options;
    const silent = this.#pool.silent((at: number) =>
      connectionOf(asked[at]!.connection).gate
    );
    let refusals = 0;
    yield* mergeTests(lists, isDistinct, (at, error) => {
      if (this.#isRefusal(asked[at]!.connection.url, error)) refusals++;
      if (refusals === lists.length) throw error;
    }, silent);
  }

  /**
   * Whether an archive refuses the question, such as a name that it cannot
   * resolve: others may know it.
   *
   * @throws What is not a failure of an archive.
   */
  #isRefusal(url: string, error: unknown): boolean {
    if (this.#io.signal.aborted || !(error instanceof ArchiveError)) {
      throw error;
    }
    if (error instanceof ArchiveHttpError && error.status === 400) {
      this.#refusals.set(url, error);
      return true;
    }
    this.fail(url, error);
    return false;
  }

  /**
   * Works on things side by side, as many of each archive as may be read at a
   * time.
   *
   * @throws The first error of `work` or `items`.
   */
  async forEachSeries<T extends OfArchive>(
    items: Iterable<T> | AsyncIterable<T>,
    work: (item: T) => Promise<void>,
  ): Promise<void> {
    if (this.isSeveral) return await inLanes(items, this.#lanes(), work);
    await this.only("").forEachSeries(items, work);
  }

  /** Works on things of one archive one after the other. */
  async inTurn<T extends OfArchive>(
    items: AsyncIterable<T>,
    work: (item: T) => Promise<void>,
  ): Promise<void> {
    if (this.isSeveral) {
      return await inLanes(items, { ...this.#lanes(), width: 1 }, work);
    }
    for await (const item of items) await work(item);
  }

  /**
   * The results of work side by side: those of several archives as they come.
   *
   * @param inOrder How it is done with one archive.
   */
  map<T extends OfArchive, R>(
    items: AsyncIterable<T>,
    work: (item: T) => Promise<R>,
    inOrder: (
      items: AsyncIterable<T>,
      work: (item: T) => Promise<R>,
    ) => AsyncGenerator<R, void, void>,
  ): AsyncGenerator<R, void, void> {
    return this.isSeveral
      ? mapInLanes(items, this.#lanes(), work)
      : inOrder(items, work);
  }

  #lanes(): LaneOptions<OfArchive> {
    return {
      laneOf: ({ archive }) => archive,
      silent: this.silent,
      width: this.#options.concurrency,
    };
  }

  /**
   * Names those that could not be read, at the end of a command.
   *
   * @throws {PartialError} if there are any.
   */
  conclude(): void {
    for (const [url, { message }] of this.#refusals) {
      if (!this.isFailed(url)) this.#io.note(`not found at ${url}: ${message}`);
    }
    this.tell();
    if (this.failures.length > 0) throw new PartialError(EXIT.partial);
  }

  /** Names those that could not be read. */
  tell(): void {
    for (const { url, error } of this.failures) {
      this.#io.note(`not read: ${url}: ${error.message}`);
    }
  }

  #throwAll(): never {
    this.tell();
    throw new EsmondError(`none of ${this.#all.size} archives could be read`);
  }
}
