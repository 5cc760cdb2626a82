/**
 * Looking at an archive again and again: what is new since the last look, each
 * point once.
 *
 * A look reads from `overlap` before the last one on, so that points that
 * arrive late are seen, and remembers no more than it reads again. The windows
 * of a roll-up change until then; they are read once, when they no longer do.
 *
 * @module
 */

import { Arrivals, markOf } from "./arrivals.ts";
import type { EventType, Summary } from "./data.ts";
import type { DataPoint } from "./data_point.ts";
import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveSizeError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
} from "./errors.ts";
import type { Metadata } from "./metadata.ts";
import { reasonOf } from "./reasons.ts";
import { openAhead } from "./side_by_side.ts";
import { dialectOf } from "./wire.ts";

/** A series to look at. */
export interface LookedAt {
  /** The test that it is of. */
  test: Metadata;
  /** The base data of an event type, or a roll-up. */
  series: EventType | Summary;
}

/** What to look at, and how. */
export interface Looking<T extends LookedAt> {
  /** Lists the tests that have something from this second on. */
  listTests(since: number): AsyncIterable<Metadata>;
  /** The series of a test. */
  seriesOf(test: Metadata): Iterable<T>;
  /** The longest window of the roll-ups, in seconds; 0 for base data. */
  window: number;
  /**
   * From this second on, what is there already counts as new; if absent, only
   * what arrives later does.
   */
  since?: number;
  /** How many seconds after its time a point may arrive. */
  overlap: number;
  /** Seconds between two looks. */
  every: number;
  /** How many series are read at a time. */
  concurrency: number;
  /** The archive's clock, and that of this machine. */
  clocks(): { archive: Date | undefined; own: Date };
  /** Waits between two looks. */
  wait(ms: number): Promise<void>;
  /** Whether to end it, also instead of an error. */
  isEnded(): boolean;
  /** Told when the archive goes away and is back, and of other doubts. */
  warn(line: string): void;
}

/** New points of a series, in order of time. */
export interface News<T extends LookedAt> {
  /** The series. */
  of: T;
  /** The points: one at least. */
  points: DataPoint[];
}

/** Longest wait for an archive that is away, in seconds, unless looks are rarer. */
const LONGEST_WAIT = 300;

/**
 * What is new, for ever, in order of arrival. An archive that is away is waited
 * for.
 *
 * @throws {ArchiveError} (one of its kinds) for what waiting does not mend.
 */
export async function* look<T extends LookedAt>(
  looking: Looking<T>,
): AsyncGenerator<News<T>, void, void> {
  const { every, isEnded, wait, warn } = looking;
  const looks = new Looks(looking);
  let failures = 0;
  while (!isEnded()) {
    try {
      yield* looks.next();
      if (failures > 0) warn("the archive is back");
      failures = 0;
    } catch (error) {
      if (isEnded()) return;
      if (!mayPass(error, looks.hasAnswered)) throw error;
      if (failures === 0) warn(`waiting for the archive: ${error.message}`);
      failures++;
    }
    const longest = Math.max(every, LONGEST_WAIT);
    const seconds = failures === 0
      ? every
      // Half of it is jitter, so that many clients do not return at once.
      : Math.min(every * 2 ** (failures - 1), longest) *
        (0.5 + Math.random() / 2);
    try {
      await wait(1000 * seconds);
    } catch (error) {
      if (!isEnded()) throw error;
    }
  }
}

/**
 * Whether an error may pass by itself. One before the first answer may be a
 * wrong address.
 */
function mayPass(error: unknown, hasAnswered: boolean): error is ArchiveError {
  if (!(error instanceof ArchiveError) || error instanceof ArchiveSizeError) {
    return false;
  }
  if (error instanceof ArchiveHttpError) {
    return !REFUSED.has(error.status) &&
      (hasAnswered || BUSY.has(error.status) || SLOW.has(error.status));
  }
  if (hasAnswered || error instanceof ArchiveTimeoutError) return true;
  return error instanceof ArchiveUnreachableError &&
    error.cause !== undefined && reasonOf(error.cause).transient;
}

/** The archive does not know the key, or does not permit it to read. */
const REFUSED = new Set([401, 403]);

/** No other series can be read now, either. */
const BUSY = new Set([429, 502, 503]);

/** Other series may be shorter. */
const SLOW = new Set([408, 504]);

/**
 * Whether the error of one series is that of the whole archive.
 *
 * @param slow How many series in a row, this one included, were too slow.
 */
function concernsAll(error: ArchiveError, slow: number): boolean {
  return error instanceof ArchiveUnreachableError || slow >= MOST_SLOW ||
    (error instanceof ArchiveHttpError &&
      (REFUSED.has(error.status) || BUSY.has(error.status)));
}

const MOST_SLOW = 3;

function isSlow(error: ArchiveError): boolean {
  return error instanceof ArchiveTimeoutError ||
    (error instanceof ArchiveHttpError && SLOW.has(error.status));
}

/** Points of measuring hosts whose clocks are so much ahead are seen. */
const AHEAD = 3600;

/** Written to so often without anything new, a series gets its points late. */
const OFTEN = 3;

/** What is known of a series between looks. */
interface Track {
  /** The second from which it is read at the next look. */
  since: number;
  /** What came from there on. */
  arrivals: Arrivals;
  /** Whether what is there counts as old: it has not been read yet. */
  isSilent: boolean;
  /** Whether it could not be read at the last look. */
  isFailing: boolean;
}

/** One look after the other. */
class Looks<T extends LookedAt> {
  /** Whether the archive has answered at all. */
  hasAnswered = false;
  readonly #looking: Looking<T>;
  /** Series that are read from here on miss nothing. */
  #since: number;
  /** Series of which something is remembered, by the address of the data. */
  readonly #tracks = new Map<string, Track>();
  #isFirst = true;
  /** The archive's clock after the last look, in seconds, if it has one. */
  #lookedAt = Infinity;
  /** How often a series was written to without anything new to be seen. */
  readonly #late = new Map<string, number>();

  constructor(looking: Looking<T>) {
    this.#looking = looking;
    this.#since = looking.since ?? this.#clock() - looking.overlap;
  }

  /** The next look. */
  async *next(): AsyncGenerator<News<T>, void, void> {
    const { overlap, seriesOf, concurrency, warn } = this.#looking;
    let tests = await this.#list();
    const beforeNow = this.#clock() - overlap;
    if (this.#isBaseline && beforeNow < this.#since) {
      // This machine's clock is ahead of the archive's.
      this.#since = beforeNow;
      tests = await this.#list();
    }
    // The archive's clock before the data is read: what arrives from now on is
    // seen at the next look.
    const until = Math.max(this.#since, beforeNow);
    const read = new Set<Track>();
    let slow = 0;
    const opened = openAhead(
      tests.flatMap((test) => [...seriesOf(test)]),
      concurrency,
      (of) => this.#open(of, until),
    );
    for await (const { item: of, pages } of opened) {
      const track = this.#trackOf(of);
      read.add(track);
      try {
        yield* this.#pass(of, track, pages, until);
        if (track.isFailing) warn(`it can be read again: ${addressOf(of)}`);
        track.isFailing = false;
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        slow = isSlow(error) ? slow + 1 : 0;
        if (concernsAll(error, slow)) throw error;
        if (!track.isFailing) {
          warn(`one series is left out, and tried again: ${error.message}`);
        }
        track.isFailing = true;
      }
    }
    this.#since = until;
    this.#forget(read);
    this.#isFirst = false;
    const { archive } = this.#looking.clocks();
    this.#lookedAt = archive === undefined
      ? Infinity
      : archive.getTime() / 1000;
  }

  /** Whether this look only finds out what is there. */
  get #isBaseline(): boolean {
    return this.#isFirst && this.#looking.since === undefined;
  }

  /**
   * The archive's clock, in seconds since 1970. Of two clocks the one that is
   * behind counts: the other would skip points.
   */
  #clock(): number {
    const { archive, own } = this.#looking.clocks();
    const ms = Math.min(archive?.getTime() ?? Infinity, own.getTime());
    return Math.floor(ms / 1000);
  }

  /** The tests with anything that has not been read. */
  async #list(): Promise<Metadata[]> {
    const { listTests, window } = this.#looking;
    let since = this.#since;
    for (const track of this.#tracks.values()) {
      since = Math.min(since, track.since);
    }
    if (window > 0) since = beginOf(since, window);
    const tests: Metadata[] = [];
    for await (const test of listTests(since)) tests.push(test);
    this.hasAnswered = true;
    return tests;
  }

  #trackOf(of: T): Track {
    const address = addressOf(of);
    const known = this.#tracks.get(address);
    if (known !== undefined) return known;
    const window = windowOf(of);
    const { since = -Infinity } = this.#looking;
    const track: Track = {
      since: window > 0
        ? Math.max(
          beginOf(this.#since, window),
          beginOf(since - 1, window) + window,
        )
        : this.#since,
      arrivals: new Arrivals(),
      isSilent: this.#isBaseline && window === 0,
      isFailing: false,
    };
    this.#tracks.set(address, track);
    return track;
  }

  /** Begins to read what may be new of a series. */
  #open(of: T, until: number): AsyncGenerator<DataPoint[], void, void> {
    const { since } = this.#trackOf(of);
    const { overlap } = this.#looking;
    const window = windowOf(of);
    const end = window > 0
      ? beginOf(until, window) - 1
      : until + overlap + AHEAD;
    return end < since
      ? nothing()
      : of.series.streamPages({ timeStart: since, timeEnd: end });
  }

  /** The new points of a series. */
  async *#pass(
    of: T,
    track: Track,
    pages: AsyncIterable<DataPoint[]>,
    until: number,
  ): AsyncGenerator<News<T>, void, void> {
    const window = windowOf(of);
    const isElmond = dialectOf(of.test.toJSON()) === "elmond";
    let count = 0;
    let second = track.since;
    track.arrivals.again();
    for await (const page of pages) {
      const points = window > 0 ? page : page.filter(({ tsEpoch, text }) => {
        const hasTime = !Number.isNaN(tsEpoch);
        // A point without a time belongs to the second before it.
        if (hasTime) second = tsEpoch;
        // esmond has one point a second, also when that is corrected.
        const mark = isElmond || !hasTime ? markOf(text) : "";
        return track.arrivals.isNew(second, mark);
      });
      advance(
        track,
        window > 0 ? page.at(-1)!.tsEpoch + window : Math.min(second, until),
      );
      count += points.length;
      if (points.length > 0 && !track.isSilent) yield { of, points };
    }
    advance(track, window > 0 ? beginOf(until, window) : until);
    if (!isElmond && !track.isSilent) this.#noteLate(of, count);
    track.isSilent = false;
  }

  /** Tells once of a series whose points come too late to be seen. */
  #noteLate({ series }: T, count: number): void {
    const { overlap, since = -Infinity, warn } = this.#looking;
    if (!("baseUri" in series) || this.#since <= since) return;
    const { baseUri = "", timeUpdated } = series;
    const times = this.#late.get(baseUri) ?? 0;
    if (times === OFTEN) return; // it was told
    if (count > 0) this.#late.delete(baseUri);
    else if ((timeUpdated ?? 0) > this.#lookedAt) {
      this.#late.set(baseUri, times + 1);
      if (times + 1 < OFTEN) return;
      warn(
        `what is written there is older than ${overlap} s, or corrects older values, and is not shown; is a larger overlap needed? ${baseUri}`,
      );
    }
  }

  /** Forgets what is not read again; of failing series it is what is in sight. */
  #forget(read: ReadonlySet<Track>): void {
    for (const [address, track] of this.#tracks) {
      const isFailing = track.isFailing && read.has(track);
      if (!isFailing) advance(track, this.#since);
      if (!isFailing && track.arrivals.size === 0) this.#tracks.delete(address);
    }
  }
}

/** Moves on to a second, before which all is read. */
function advance(track: Track, second: number): void {
  if (!(second > track.since)) return;
  track.since = second;
  track.arrivals.forget(second);
}

/** The window of a roll-up, in seconds; 0 for one value a point. */
function windowOf({ series }: LookedAt): number {
  const window = "summaryWindow" in series ? Number(series.summaryWindow) : 0;
  return window > 0 ? window : 0;
}

/** When the window of a roll-up begins that a second is in. */
function beginOf(second: number, window: number): number {
  return Math.floor(second / window) * window;
}

function addressOf({ series }: LookedAt): string {
  return ("baseUri" in series ? series.baseUri : series.uri) ?? "";
}

async function* nothing(): AsyncGenerator<never, void, void> {}

/**
 * Tells each line once: what is doubtful at one look is doubtful at the next.
 */
export function eachOnce(tell: (line: string) => void): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    if (told.has(line)) return;
    if (told.size === MOST_TOLD) told.clear();
    told.add(line);
    tell(line);
  };
}

/** So many lines are remembered. */
const MOST_TOLD = 1000;
