/**
 * Tests, series and points in SQLite: what is written, and what is searched for.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type EventTypeInfo,
  eventTypeInfo,
  type SummaryType,
} from "../client/event_types.ts";
import { Fault, Refusal } from "./answers.ts";
import { closeDatabase, openDatabase, transaction } from "./database.ts";
import { addNumber, NumberBatch, TogetherError, windowsOf } from "./numbers.ts";
import {
  addBuckets,
  binOf,
  type Buckets,
  bucketsOf,
  bucketsText,
  statisticsOf,
} from "./summaries.ts";
import {
  countRows,
  firstTime,
  lastTime,
  pieces,
  type Row,
  type RowSource,
} from "./rows.ts";
import type { StoredValue } from "./validate.ts";

export { ArchiveStoreError } from "./database.ts";

/** What is measured: hosts and tool. */
export interface Subject {
  /** `point-to-point` or `network-element`. */
  readonly subjectType: string;
  /** An address. */
  readonly source: string;
  /** An address; null for a network-element. */
  readonly destination: string | null;
  /** An address. */
  readonly measurementAgent: string;
  /** The tool, as text. */
  readonly toolName: string;
  /** The source as the tester wrote it. */
  readonly inputSource: string;
  /** The destination as the tester wrote it; null for a network-element. */
  readonly inputDestination: string | null;
}

/** A free parameter of a test. */
export interface Parameter {
  /** As posted. */
  readonly name: string;
  /** As esmond shows it. */
  readonly value: string;
  /** The JSON text as posted. */
  readonly json: string;
}

/** A roll-up of one type over one window. */
export interface Summary {
  /** The type. */
  readonly type: SummaryType;
  /** The window, in seconds. */
  readonly seconds: number;
  /** How often it was declared; sums are multiplied by it. */
  readonly times: number;
  /**
   * The number of the row of `copied` whose values stand before what the points
   * add up to; absent where its source gave none.
   */
  readonly copied?: number | undefined;
}

/** An event type of a test. */
export interface Series {
  /** The number of its row. */
  readonly id: number;
  /** Its event type. */
  readonly info: EventTypeInfo;
  /** The time of the last write, in seconds; null before the first. */
  readonly timeUpdated: number | null;
  /** Its roll-ups, by type and window. */
  readonly summaries: readonly Summary[];
}

/** What tells which type of test a test is. */
export interface Kind {
  /** The tool, as text. */
  readonly toolName: string;
  /** Free parameters as texts, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The names of its event types. */
  readonly eventTypes: readonly string[];
}

/** A test and its latest result in a window. */
export interface LatestResult {
  /** The number of the row of the test. */
  readonly id: number;
  /** The time of the result. */
  readonly latest: number;
  /** Whether it failed. */
  readonly hasFailed: boolean;
}

/** A test to be stored. */
export interface NewTest extends Subject {
  /** 64 hex digits: the checksum of the description. */
  readonly checksum: string;
  /** The free parameters. */
  readonly parameters: readonly Parameter[];
  /** The event types with their roll-ups; each event type once. */
  readonly eventTypes: ReadonlyMap<string, readonly Summary[]>;
}

/** A stored test. */
export interface Test extends Subject {
  /** The number of its row. */
  readonly id: number;
  /** 32 hex digits. */
  readonly key: string;
  /** 64 hex digits. */
  readonly checksum: string;
  /** When it was stored, in seconds. */
  readonly created: number;
  /** Its free parameters, by name. */
  readonly parameters: readonly Parameter[];
  /** Its event types, by name. */
  readonly series: readonly Series[];
  /** The JSON of its source's list; null of a test that was posted here. */
  readonly entry: string | null;
}

/** A condition in SQL and its values. */
export interface Condition {
  /** With `?` for each value. */
  readonly sql: string;
  /** The values. */
  readonly values: readonly (string | number | bigint)[];
}

/** Of how many tests the parameters and series are fetched together. */
const TOGETHER = 20;

/** How many compiled statements are cached. */
const MOST_STATEMENTS = 100;

// Constants, as in numbers.ts.
const PUT_JSON = "INSERT INTO point (series, ts, json) VALUES (?, ?, ?) " +
  "ON CONFLICT DO UPDATE SET json = excluded.json";
const PUT_BIN = "INSERT INTO bin (series, seconds, ts, json) " +
  "VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json";

/** An archive's rows. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** The numbers of the request that is being stored. */
  #batch: NumberBatch | undefined;

  /**
   * Takes a file, which {@linkcode Store.close} closes.
   *
   * @param path The file, or `:memory:`.
   * @param database The open file; opened or created if absent.
   */
  constructor(readonly path: string, database = openDatabase(path)) {
    this.#database = database;
  }

  /**
   * Shortens SQLite's own wait for a locked file, which would block all
   * requests; `whenFree` waits instead.
   */
  waitBriefly(): void {
    this.#database.exec("PRAGMA busy_timeout = 50;");
  }

  /** Closes the file. */
  close(): void {
    this.#statements.clear();
    closeDatabase(this.#database);
  }

  /** Runs `work` in one transaction: all of it is stored, or nothing. */
  transaction<T>(work: () => T): T {
    return transaction(this.#database, work);
  }

  /**
   * As {@linkcode Store.transaction}, but numbers are stored together. Where
   * they cannot be, `work` is done once more with each on its own, to refuse
   * the first that has to be.
   */
  together(work: () => void): void {
    try {
      this.transaction(() => {
        const batch = this.#batch = new NumberBatch(this.#sql);
        work();
        batch.finish();
      });
    } catch (error) {
      // Of a refusal, too: a number before it may be one to refuse.
      const isOurs = error instanceof TogetherError ||
        error instanceof Refusal || error instanceof Fault;
      if (!isOurs) throw error;
      this.#batch = undefined;
      this.transaction(work);
    } finally {
      this.#batch = undefined;
    }
  }

  /**
   * Compiles each statement once; as searches have many forms, only the most
   * recent ones are kept.
   */
  readonly #sql = (text: string): StatementSync => {
    const statement = this.#statements.get(text) ??
      this.#database.prepare(text);
    this.#statements.delete(text); // moves to the end: the oldest come first
    this.#statements.set(text, statement);
    if (this.#statements.size > MOST_STATEMENTS) {
      this.#statements.delete(this.#statements.keys().next().value!);
    }
    return statement;
  };

  /** The test with this description: the stored one, or a new one. */
  findOrAdd(test: NewTest, now: number): { test: Test; isNew: boolean } {
    const found = this.#sql("SELECT key FROM test WHERE checksum = ?")
      .get(test.checksum) as { key: string } | undefined;
    if (found) return { test: this.test(found.key)!, isNew: false };
    const key = test.checksum.slice(0, 32);
    const { lastInsertRowid } = this.#sql(
      "INSERT INTO test (key, checksum, created, subject_type, source, " +
        "destination, measurement_agent, tool_name, input_source, " +
        "input_destination) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ).run(
      key,
      test.checksum,
      now,
      test.subjectType,
      test.source,
      test.destination,
      test.measurementAgent,
      test.toolName,
      test.inputSource,
      test.inputDestination,
    );
    for (const { name, value, json } of test.parameters) {
      this.#sql(
        "INSERT INTO parameter (test, name, value, json) VALUES (?, ?, ?, ?)",
      ).run(lastInsertRowid, name, value, json);
    }
    for (const [eventType, summaries] of test.eventTypes) {
      const series = this.#sql(
        "INSERT INTO series (test, event_type) VALUES (?, ?)",
      ).run(lastInsertRowid, eventType).lastInsertRowid;
      for (const { type, seconds, times } of summaries) {
        this.#sql(
          "INSERT INTO summary (series, type, seconds, times) " +
            "VALUES (?, ?, ?, ?)",
        ).run(series, type, seconds, times);
      }
    }
    return { test: this.test(key)!, isNew: true };
  }

  /** A test by its key (esmond) or its checksum (elmond). */
  test(key: string, column: "key" | "checksum" = "key"): Test | undefined {
    return this.tests({ sql: `${column} = ?`, values: [key] }, "id", 1, 0)[0];
  }

  /**
   * Tests that fulfil a condition.
   *
   * @param where The condition on `test`.
   * @param order The order, in SQL.
   * @param limit How many at most.
   * @param offset How many to skip.
   */
  tests(
    where: Condition,
    order: string,
    limit: number,
    offset: number,
  ): Test[] {
    return [...this.eachTest(where, order, limit, offset)];
  }

  /**
   * As {@linkcode Store.tests}; the parameters and series of a few tests are
   * fetched when the first of those is reached.
   */
  *eachTest(
    where: Condition,
    order: string,
    limit: number,
    offset: number,
  ): Generator<Test, void, void> {
    const rows = this.#sql(
      `SELECT * FROM test WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`,
    ).all(...where.values, limit, offset);
    for (let at = 0; at < rows.length; at += TOGETHER) {
      const some = rows.slice(at, at + TOGETHER) as unknown as TestRow[];
      yield* this.#testsOf(some);
    }
  }

  /** The texts that tests have in a column, each once. */
  textsOf(column: "tool_name" | "input_source" | "input_destination") {
    const rows = this.#sql(
      `SELECT DISTINCT ${column} AS text FROM test WHERE ${column} IS NOT NULL`,
    ).all() as unknown as { text: string }[];
    return rows.map(({ text }) => text);
  }

  /** The values that tests have of a free parameter, as JSON, each once. */
  parameterJson(name: string): string[] {
    const rows = this.#sql("SELECT DISTINCT json FROM parameter WHERE name = ?")
      .all(name) as unknown as { json: string }[];
    return rows.map(({ json }) => json);
  }

  /** What kind of test each test is. */
  kinds(): (Kind & { id: number })[] {
    const rows = this.#sql(
      "SELECT id, tool_name, (SELECT json_group_object(name, value) FROM " +
        "parameter WHERE test = test.id) AS parameters, (SELECT " +
        "json_group_array(event_type) FROM series WHERE test = test.id) AS " +
        "event_types FROM test",
    ).all() as unknown as KindRow[];
    return rows.map((row) => ({
      id: row.id,
      toolName: row.tool_name,
      parameters: JSON.parse(row.parameters),
      eventTypes: JSON.parse(row.event_types),
    }));
  }

  /**
   * Tests that fulfil a condition and have results in a window: the latest
   * first, then those with most results, then by checksum.
   *
   * @param where The condition on `test`.
   * @param from The first second.
   * @param to The last second.
   */
  byLatestResult(where: Condition, from: number, to: number): LatestResult[] {
    const rows = this.#sql(
      "SELECT id, max(latest) AS latest, max(failed) AS failed, " +
        "max(good) AS good, max(failures) + max(results) AS number FROM (" +
        "SELECT *, iif(isFailures, latest, NULL) AS failed, " +
        "iif(isFailures, NULL, latest) AS good, " +
        "iif(isFailures, number, 0) AS failures, " +
        "iif(isFailures, 0, number) AS results FROM (" +
        "SELECT test.id AS id, checksum, event_type = 'failures' AS isFailures, " +
        "(SELECT max(ts) FROM point WHERE point.series = series.id " +
        "AND ts BETWEEN ? AND ?) AS latest, " +
        "(SELECT count(*) FROM point WHERE point.series = series.id " +
        "AND ts BETWEEN ? AND ?) AS number " +
        "FROM test JOIN series ON series.test = test.id " +
        `WHERE ${where.sql})) GROUP BY id HAVING max(latest) IS NOT NULL ` +
        "ORDER BY max(latest) DESC, number DESC, checksum",
    ).all(from, to, from, to, ...where.values) as unknown as LatestRow[];
    return rows.map(({ id, latest, failed, good }) => ({
      id,
      latest,
      hasFailed: failed === latest && good !== latest,
    }));
  }

  /**
   * The seconds at which a test has results, ascending.
   *
   * @param test Which.
   * @param haveFailed Whether those that failed, or those that did not.
   * @param from The first second.
   * @param to The last second.
   * @param limit How many at most.
   * @param offset How many to skip.
   */
  resultTimes(
    { series }: Test,
    haveFailed: boolean,
    from: number,
    to: number,
    limit: number,
    offset: number,
  ): number[] {
    const ids = series.filter(({ info }) =>
      (info.name === "failures") === haveFailed
    ).map(({ id }) => id);
    if (ids.length === 0) return [];
    const one = "SELECT * FROM (SELECT ts FROM point WHERE series = ? " +
      "AND ts BETWEEN ? AND ? ORDER BY ts LIMIT ?)";
    const rows = this.#sql(
      `SELECT ts FROM (${ids.map(() => one).join(" UNION ")}) ` +
        "ORDER BY ts LIMIT ? OFFSET ?",
    ).all(
      ...ids.flatMap((id) => [id, from, to, limit + offset]),
      limit,
      offset,
    ) as unknown as { ts: number }[];
    return rows.map(({ ts }) => ts);
  }

  /**
   * The bins in which a test has results, ascending.
   *
   * @param test Which.
   * @param seconds The window.
   * @param from The first second of the results.
   * @param to Their last second.
   */
  resultBins({ id }: Test, seconds: number, from: number, to: number) {
    const rows = this.#sql(
      "SELECT DISTINCT ts - ((ts % ?) + ?) % ? AS ts FROM point WHERE " +
        "series IN (SELECT id FROM series WHERE test = ?) " +
        "AND ts BETWEEN ? AND ? ORDER BY 1",
    ).all(seconds, seconds, seconds, id, from, to) as unknown as {
      ts: number;
    }[];
    return rows.map(({ ts }) => ts);
  }

  /** The first and the last second that have a point. */
  extent(): { first: number; last: number } | undefined {
    const row = this.#sql("SELECT min(ts) AS first, max(ts) AS last FROM point")
      .get() as { first: number | null; last: number | null };
    return row.first === null || row.last === null
      ? undefined
      : { first: row.first, last: row.last };
  }

  /** What was copied into the file: addresses, the last first. */
  sources(): string[] {
    const rows = this.#sql(
      "SELECT url FROM copy GROUP BY url ORDER BY max(id) DESC",
    ).all() as unknown as { url: string }[];
    return rows.map(({ url }) => url);
  }

  /** How many tests fulfil a condition. */
  countTests(where: Condition): number {
    const row = this.#sql(
      `SELECT count(*) AS number FROM test WHERE ${where.sql}`,
    ).get(...where.values) as { number: number };
    return row.number;
  }

  #testsOf(rows: readonly TestRow[]): Test[] {
    const details = this.#sql(DETAILS)
      .all(JSON.stringify(rows.map(({ id }) => id))) as unknown as DetailsRow[];
    return rows.map((row, index) => ({
      id: row.id,
      key: row.key,
      checksum: row.checksum,
      created: row.created,
      subjectType: row.subject_type,
      source: row.source,
      destination: row.destination,
      measurementAgent: row.measurement_agent,
      toolName: row.tool_name,
      inputSource: row.input_source,
      inputDestination: row.input_destination,
      parameters: JSON.parse(details[index]!.parameters),
      series: (JSON.parse(details[index]!.series) as SeriesRow[]).map(seriesOf),
      entry: row.entry,
    }));
  }

  /**
   * One event type of a test; `undefined` if the test or its event type does
   * not exist.
   */
  series(key: string, eventType: string): Series | undefined {
    const row = this.#sql(
      `SELECT id, event_type, time_updated, (${SUMMARIES}) AS summaries ` +
        "FROM series WHERE test = (SELECT id FROM test WHERE key = ?) " +
        "AND event_type = ?",
    ).get(key, eventType) as
      | Omit<SeriesRow, "summaries"> & { summaries: string }
      | undefined;
    return row && seriesOf({ ...row, summaries: JSON.parse(row.summaries) });
  }

  /**
   * Stores a point and adds it to the roll-ups.
   *
   * @throws {Refusal} 409 for a number at a second that has one.
   */
  write(series: Series, ts: number, value: StoredValue): void {
    const { number, divisor, json } = value;
    if (json !== null) this.#writeJson(series, ts, json);
    else this.#writeNumber(series, ts, number!, divisor!);
  }

  /** Sets the time of the last write of a series. */
  touch(series: Series, now: number): void {
    this.#sql("UPDATE series SET time_updated = ? WHERE id = ?")
      .run(now, series.id);
  }

  #writeNumber(
    series: Series,
    ts: number,
    number: number | bigint,
    divisor: number | bigint,
  ) {
    if (
      this.#batch && typeof number === "number" && typeof divisor === "number"
    ) {
      this.#batch.add(series, ts, number, divisor);
    } else if (!addNumber(this.#sql, series, ts, number, divisor)) {
      throw new Refusal(
        `Time series value already exists with event type ${series.info.name} ` +
          `at time ${ts}`,
        409,
      );
    }
  }

  #writeJson({ id, summaries }: Series, ts: number, json: string): void {
    const old = summaries.length > 0 &&
      this.#sql("SELECT 1 FROM point WHERE series = ? AND ts = ?").get(id, ts);
    this.#sql(PUT_JSON).run(id, ts, json);
    for (const seconds of windowsOf(summaries)) {
      const bin = binOf(ts, seconds);
      // An overwritten histogram leaves its window by summing the window again.
      // In window 0 the histograms of one second add up, as in the original.
      const buckets = old && seconds !== 0
        ? this.#addedUp(id, bin, seconds)
        : addBuckets(this.#bucketsOfBin(id, seconds, bin), bucketsOf(json));
      this.#sql(PUT_BIN).run(id, seconds, bin, bucketsText(buckets));
      if (hasStatistics(summaries, seconds)) {
        // Throws as the original does if there are none, so that no point is
        // stored without its statistics.
        statisticsOf(seconds === 0 ? bucketsOf(json) : buckets);
      }
    }
  }

  #bucketsOfBin(series: number, seconds: number, ts: number): Buckets {
    const row = this.#sql(
      "SELECT json FROM bin WHERE series = ? AND seconds = ? AND ts = ?",
    ).get(series, seconds, ts) as { json: string } | undefined;
    return bucketsOf(row?.json ?? "{}");
  }

  #addedUp(series: number, bin: number, seconds: number): Buckets {
    const sum: Buckets = new Map();
    const from = Math.min(bin, bin + seconds + 1);
    const to = Math.max(bin, bin + seconds - 1);
    for (const { ts, json } of this.rows({ series }, from, to)) {
      if (binOf(ts, seconds) === bin) addBuckets(sum, bucketsOf(json ?? "{}"));
    }
    return sum;
  }

  /** Rows of a time range, both ends included, ascending. */
  *rows(
    source: RowSource,
    from: number,
    to: number,
    limit?: number,
    offset?: number,
  ): Generator<Row> {
    for (const piece of this.pieces(source, from, to, limit, offset)) {
      yield* piece;
    }
  }

  /**
   * As {@linkcode Store.rows}, in the pieces in which they are fetched to save
   * memory.
   */
  pieces(
    source: RowSource,
    from: number,
    to: number,
    limit?: number,
    offset?: number,
  ): Generator<readonly Row[]> {
    return pieces(this.#sql, source, from, to, limit, offset);
  }

  /** The number of rows in a time range, up to `limit`. */
  count(
    source: RowSource,
    from: number,
    to: number,
    limit?: number,
  ): number {
    return countRows(this.#sql, source, from, to, limit);
  }

  /** The last second that has a row. */
  lastTime(source: RowSource): number | undefined {
    return lastTime(this.#sql, source);
  }

  /** The first second at or after `from` that has a row. */
  firstTime(source: RowSource, from: number): number | undefined {
    return firstTime(this.#sql, source, from);
  }
}

interface TestRow {
  id: number;
  key: string;
  checksum: string;
  created: number;
  subject_type: string;
  source: string;
  destination: string | null;
  measurement_agent: string;
  tool_name: string;
  input_source: string;
  input_destination: string | null;
  entry: string | null;
}

interface KindRow {
  id: number;
  tool_name: string;
  parameters: string;
  event_types: string;
}

interface LatestRow {
  id: number;
  latest: number;
  failed: number | null;
  good: number | null;
}

/** What belongs to a test, as JSON. */
interface DetailsRow {
  parameters: string;
  series: string;
}

interface SeriesRow {
  id: number;
  event_type: string;
  time_updated: number | null;
  summaries: SummaryRow[];
}

interface SummaryRow extends Omit<Summary, "copied"> {
  copied: number | null;
}

const PARAMETERS = "SELECT json_group_array(json_object('name', name, " +
  "'value', value, 'json', json) ORDER BY name) FROM parameter " +
  "WHERE test = test.id";

const SUMMARIES = "SELECT json_group_array(json_object('type', type, " +
  "'seconds', seconds, 'times', times, 'copied', (SELECT id FROM copied " +
  "WHERE copied.series = summary.series AND copied.type = summary.type " +
  "AND copied.seconds = summary.seconds)) ORDER BY type, seconds) " +
  "FROM summary WHERE series = series.id";

const SERIES = "SELECT json_group_array(json_object('id', id, " +
  "'event_type', event_type, 'time_updated', time_updated, " +
  `'summaries', json((${SUMMARIES}))) ORDER BY event_type) ` +
  "FROM series WHERE test = test.id";

// Joined to the numbers of tests, in their order.
const DETAILS = `SELECT (${PARAMETERS}) AS parameters, (${SERIES}) AS series ` +
  "FROM json_each(?) JOIN test ON test.id = value ORDER BY json_each.key";

function seriesOf(row: SeriesRow): Series {
  return {
    id: row.id,
    info: eventTypeInfo(row.event_type) ?? freeEventType(row.event_type),
    timeUpdated: row.time_updated,
    summaries: row.summaries.map(({ copied, ...summary }) =>
      copied === null ? summary : { ...summary, copied }
    ),
  };
}

/** An event type that is not in the catalogue: any JSON. */
function freeEventType(name: string): EventTypeInfo {
  return {
    name: name as EventTypeInfo["name"],
    valueClass: "json",
    shape: "json",
    formatClass: "generic",
    unit: "",
    summaries: [],
    needsDestination: false,
  };
}

function hasStatistics(
  summaries: readonly Summary[],
  seconds: number,
): boolean {
  return summaries.some((summary) =>
    summary.type === "statistics" && summary.seconds === seconds
  );
}
