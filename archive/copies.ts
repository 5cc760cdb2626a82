/**
 * Copying from another archive into a file: tests, points and roll-ups as they
 * are there, and how far each series has come.
 *
 * @module
 */

import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { eventTypeInfo, type SummaryType } from "../client/event_types.ts";
import type { Dialect } from "../client/wire.ts";
import {
  checksumFor,
  type CopiedTest,
  copiedTest,
  differencesOf,
} from "./copied_tests.ts";
import {
  closeDatabase,
  isDatabaseError,
  openDatabase,
  storeError,
  transaction,
} from "./database.ts";
import type { GivenKind, GivenPoint } from "./given_value.ts";
import type { Span } from "./spans.ts";

export { ArchiveStoreError } from "./database.ts";
export type { GivenKind, GivenPoint } from "./given_value.ts";
export type { Span } from "./spans.ts";

/** Where a copy comes from, and what was asked for. */
export interface CopySource {
  /** The address of the archive. */
  readonly url: string;
  /** Which server it is. */
  readonly dialect: Dialect;
  /** What was asked for, as JSON. */
  readonly selection: string;
}

/** A series, or a roll-up of it. */
export interface CopiedName {
  /** The event type. */
  readonly eventType: string;
  /** `base`, or the type of the roll-up. */
  readonly type: "base" | SummaryType;
  /** Its window, in seconds; 0 for base data. */
  readonly seconds: number;
}

/** How far a series is copied. */
export interface CopiedState {
  /** What has been read whole, ascending. */
  readonly spans: readonly Span[];
  /** The last second that had a point. */
  readonly last: number | undefined;
  /** The run that last read it to its end. */
  readonly copy: number | undefined;
}

/** A test of the file is not the one that is copied. */
export class OtherTestError extends Error {
  override name = "OtherTestError";
}

/** Where the points of a series go. */
export interface SeriesCopy {
  /** The number of its row in `copied`. */
  readonly id: number;
  /** The number that its points are stored under. */
  readonly rows: number;
  /** What inserts many of them, and one. */
  readonly inserts: readonly [many: string, one: string];
  /** Whether the source says when it was last written to. */
  readonly isTimed: boolean;
}

interface CopyRow {
  id: number;
  url: string;
  selection: string;
  begun: number;
  finished: number | null;
}

interface TestRow {
  id: number;
  checksum: string;
  entry: string | null;
}

interface StateRow {
  spans: string;
  last: number | null;
  copy: number | null;
}

/** How many rows one statement inserts, and the values of a row. */
const ROWS = 40;
const COLUMNS = 5;

const POINTS = "INSERT INTO point (series, ts, number, divisor, json) VALUES ";
// What has its counts is not replaced by the same rate without them.
const REPLACE = " ON CONFLICT DO UPDATE SET number = excluded.number, " +
  "divisor = excluded.divisor, json = excluded.json ";
const UNLESS_COUNTED = "WHERE NOT (coalesce(point.divisor, 0) > 0 AND " +
  "excluded.divisor = 0 AND " +
  "CAST(point.number AS REAL) / point.divisor = excluded.number)";
const GIVEN = "INSERT INTO given (copied, ts, number, divisor, json) VALUES ";

/** Sets the time of the last write to that of the last point. */
const TIME_BY_POINTS = "UPDATE series SET time_updated = copied.last " +
  "FROM copied WHERE copied.id = ? AND series.id = copied.series " +
  "AND coalesce(time_updated, -1) < copied.last";

/** The statements by the kind of rows, for many and for one. */
const INSERTS = {
  base: [
    insertOf(ROWS, POINTS, REPLACE + UNLESS_COUNTED),
    insertOf(1, POINTS, REPLACE + UNLESS_COUNTED),
  ],
  given: [insertOf(ROWS, GIVEN, REPLACE), insertOf(1, GIVEN, REPLACE)],
} as const;

function insertOf(rows: number, into: string, replace: string): string {
  return into + Array(rows).fill("(?, ?, ?, ?, ?)").join(", ") + replace;
}

/** A file that is copied into. */
export class CopyFile {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #copy = 0;
  #isLoose = false;

  /**
   * Opens a file, or makes it.
   *
   * @throws {ArchiveStoreError} if it cannot be used.
   */
  constructor(path: string) {
    this.#path = path;
    this.#database = openDatabase(path);
    // What a power failure undoes is copied again; the file stays whole. What
    // rows refer to is made here, and looking for it again at each is slow. Rows
    // are written at the ends of a few series: more of the file in memory is of
    // no use.
    this.#database.exec(
      "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; " +
        "PRAGMA cache_size = -8192;",
    );
  }

  /** Writes everything to the file itself, and closes it. */
  close(): void {
    this.#statements.clear();
    closeDatabase(this.#database);
  }

  /** The same as `close()`, at the end of a block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Begins a run, or resumes the last one if that was of the same and did not
   * finish.
   *
   * @returns When the one that is resumed began; `undefined` for a new one.
   */
  begin(
    source: CopySource,
    now: number,
    mayResume: boolean,
  ): number | undefined {
    const { url, dialect, selection } = source;
    this.#isLoose = dialect === "elmond";
    return this.#write(() => {
      const before = this.#sql("SELECT * FROM copy ORDER BY id DESC LIMIT 1")
        .get() as unknown as CopyRow | undefined;
      const isSame = before?.url === url && before.selection === selection;
      if (mayResume && isSame && before.finished === null) {
        this.#copy = before.id;
        return before.begun;
      }
      const { lastInsertRowid } = this.#sql(
        "INSERT INTO copy (url, dialect, selection, begun) VALUES (?, ?, ?, ?)",
      ).run(url, dialect, selection, now);
      this.#copy = Number(lastInsertRowid);
      return undefined;
    });
  }

  /**
   * Notes that nothing is missing.
   *
   * @throws {ArchiveStoreError} if the file has no room for what its log has:
   * closing it would not say so.
   */
  finish(now: number): void {
    try {
      // What another program still reads stays in the log until that is done.
      this.#database.exec("PRAGMA wal_checkpoint(PASSIVE);");
    } catch (error) {
      throw storeError(error, this.#path);
    }
    this.#write(() =>
      this.#sql("UPDATE copy SET finished = ? WHERE id = ?")
        .run(now, this.#copy)
    );
  }

  /** What decides the form of the values of a series. */
  kindOf({ eventType, type }: CopiedName): GivenKind {
    return {
      valueClass: type === "base"
        ? eventTypeInfo(eventType)?.valueClass
        : undefined,
      isLoose: this.#isLoose,
    };
  }

  /** The number of this run. */
  get copy(): number {
    return this.#copy;
  }

  /**
   * Adds tests, or what is new of tests that are there.
   *
   * @param tests The key of each, and its JSON in the list of the source.
   * @param place The place of the first in that list.
   * @param now Seconds since 1970 UTC.
   * @returns The number of the row of each; an error for one of whose key the
   * file has another test.
   */
  putTests(
    tests: readonly { readonly key: string; readonly entry: string }[],
    place: number,
    now: number,
  ): (number | OtherTestError)[] {
    return this.#write(() =>
      tests.map(({ key, entry }, index) => {
        const test = copiedTest(key, entry, this.#isLoose);
        try {
          return this.#putTest(test, place + index, now);
        } catch (error) {
          if (error instanceof OtherTestError) return error;
          throw error;
        }
      })
    );
  }

  #putTest(test: CopiedTest, place: number, now: number): number {
    const { key, entry } = test;
    const found = this.#sql(
      "SELECT id, checksum, entry FROM test WHERE key = ?",
    )
      .get(key) as unknown as TestRow | undefined;
    if (!found) return this.#addTest(test, place, now);
    const differing = found.entry === null
      ? found.checksum === checksumFor(test) ? [] : ["its description"]
      : differencesOf(test, found.entry);
    if (differing.length > 0) {
      throw new OtherTestError(
        `the file has another test with the key ${key}, which differs in ${
          differing.join(", ")
        }: copy to another file`,
      );
    }
    this.#sql("UPDATE test SET entry = ?, place = ? WHERE id = ?")
      .run(entry, place, found.id);
    for (const [name, time] of test.times) {
      this.#sql(
        "UPDATE series SET time_updated = ? WHERE test = ? AND " +
          "event_type = ? AND coalesce(time_updated, -1) < ?",
      ).run(time, found.id, name, time);
    }
    return found.id;
  }

  #addTest(test: CopiedTest, place: number, now: number): number {
    const checksum = checksumFor(test);
    const isTaken = this.#sql("SELECT 1 FROM test WHERE checksum = ?")
      .get(checksum) !== undefined;
    const id = this.#sql(
      "INSERT INTO test (key, checksum, created, subject_type, source, " +
        "destination, measurement_agent, tool_name, input_source, " +
        "input_destination, entry, place) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ).run(
      test.key,
      isTaken ? checksumFor(test, true) : checksum,
      now,
      test.text("subject-type") ?? "",
      test.text("source") ?? "",
      test.text("destination") ?? null,
      test.text("measurement-agent") ?? "",
      test.text("tool-name") ?? "",
      test.text("input-source") ?? "",
      test.text("input-destination") ?? null,
      test.entry,
      place,
    ).lastInsertRowid;
    for (const { name, value, json } of test.parameters) {
      this.#sql(
        "INSERT INTO parameter (test, name, value, json) VALUES (?, ?, ?, ?)",
      ).run(id, name, value, json);
    }
    return Number(id);
  }

  /** The number of the row of a test; `undefined` if it is not there. */
  find(key: string): number | undefined {
    const row = this.#sql("SELECT id FROM test WHERE key = ?").get(key) as
      | { id: number }
      | undefined;
    return row?.id;
  }

  /** How many points a series has. */
  count(test: number, { eventType, type, seconds }: CopiedName): number {
    const row = this.#sql(
      "SELECT iif(type = 'base', (SELECT count(*) FROM point WHERE " +
        "point.series = copied.series), (SELECT count(*) FROM given WHERE " +
        "given.copied = copied.id)) AS number FROM copied JOIN series " +
        "ON series.id = copied.series " +
        "WHERE test = ? AND event_type = ? AND type = ? AND seconds = ?",
    ).get(test, eventType, type, seconds) as { number: number } | undefined;
    return row?.number ?? 0;
  }

  /** How far a series is; `undefined` if nothing of it is copied. */
  state(test: number, name: CopiedName): CopiedState | undefined {
    const row = this.#sql(
      "SELECT spans, last, copy FROM copied JOIN series " +
        "ON series.id = copied.series " +
        "WHERE test = ? AND event_type = ? AND type = ? AND seconds = ?",
    ).get(test, name.eventType, name.type, name.seconds) as unknown as
      | StateRow
      | undefined;
    return row && {
      spans: JSON.parse(row.spans),
      last: row.last ?? undefined,
      copy: row.copy ?? undefined,
    };
  }

  /**
   * Makes the rows of a series, or finds them.
   *
   * @param test The number of the row of its test.
   * @param name Which.
   * @param timeUpdated When it was last written to, in seconds; `undefined`
   * where the source does not say: that is then the time of its last point, as
   * far as lists are asked for by it.
   */
  series(
    test: number,
    { eventType, type, seconds }: CopiedName,
    timeUpdated: number | null | undefined,
  ): SeriesCopy {
    return this.#write(() => {
      const series = this.#seriesOf(test, eventType, timeUpdated ?? null);
      if (type !== "base") {
        this.#sql(
          "INSERT INTO summary (series, type, seconds, times) " +
            "VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING",
        ).run(series, type, seconds);
      }
      this.#sql(
        "INSERT INTO copied (series, type, seconds, spans) " +
          "VALUES (?, ?, ?, '[]') ON CONFLICT DO NOTHING",
      ).run(series, type, seconds);
      const { id } = this.#sql(
        "SELECT id FROM copied WHERE series = ? AND type = ? AND seconds = ?",
      ).get(series, type, seconds) as { id: number };
      const isBase = type === "base";
      return {
        id,
        rows: isBase ? series : id,
        inserts: isBase ? INSERTS.base : INSERTS.given,
        isTimed: timeUpdated !== undefined,
      };
    });
  }

  #seriesOf(
    test: number,
    eventType: string,
    timeUpdated: number | null,
  ): number {
    const found = this.#sql(
      "SELECT id FROM series WHERE test = ? AND event_type = ?",
    ).get(test, eventType) as { id: number } | undefined;
    if (found) return found.id;
    return Number(
      this.#sql(
        "INSERT INTO series (test, event_type, time_updated) VALUES (?, ?, ?)",
      ).run(test, eventType, timeUpdated).lastInsertRowid,
    );
  }

  /**
   * Stores points, and how far the series is with them, or nothing.
   *
   * @param series Which.
   * @param points The points, ascending.
   * @param spans What has been read whole then.
   * @param isEnd Whether this run has read it to its end.
   */
  put(
    series: SeriesCopy,
    points: readonly GivenPoint[],
    spans: readonly Span[],
    isEnd: boolean,
  ): void {
    const { id, rows, inserts: [many, one], isTimed } = series;
    const last = points.at(-1)?.ts ?? null;
    this.#write(() => {
      let values: SQLInputValue[] = [];
      for (const { ts, number, divisor, json } of points) {
        values.push(rows, ts, number, divisor, json);
        if (values.length < ROWS * COLUMNS) continue;
        this.#sql(many).run(...values);
        values = [];
      }
      for (let at = 0; at < values.length; at += COLUMNS) {
        this.#sql(one).run(...values.slice(at, at + COLUMNS));
      }
      this.#sql(
        "UPDATE copied SET spans = ?, last = coalesce(max(last, ?), ?, last), " +
          "copy = ? WHERE id = ?",
      ).run(
        JSON.stringify(spans),
        last,
        last,
        isEnd ? this.#copy : null,
        id,
      );
      if (!isTimed) this.#sql(TIME_BY_POINTS).run(id);
    });
  }

  readonly #sql = (text: string): StatementSync => {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  };

  /** Stores all of it, or nothing. */
  #write<T>(work: () => T): T {
    try {
      return transaction(this.#database, work);
    } catch (error) {
      throw isDatabaseError(error) ? storeError(error, this.#path) : error;
    }
  }
}
