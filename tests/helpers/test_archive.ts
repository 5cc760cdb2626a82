/** An archive as the readers of `client/` want it, for tests. */

import { Connection } from "../../client/connection.ts";
import { ApiFilters } from "../../client/filters.ts";
import type { Turn } from "../../client/gate.ts";
import type { HttpOptions } from "../../client/http.ts";
import "./impatient.ts";

/** What a test may want otherwise. */
export interface TestArchiveOptions {
  pageSize?: number;
  isGrowing?: boolean;
  concurrency?: number;
  retries?: number;
  timeout?: number;
  maxResponse?: number;
  signal?: AbortSignal;
}

/**
 * A connection that remembers what it was told to report, and the signals that
 * its requests end with.
 */
export class TestArchive extends Connection {
  readonly lines: string[];
  readonly stops: AbortSignal[] = [];

  constructor(origin: string, options: TestArchiveOptions) {
    const { retries = 0, timeout = 60, signal, concurrency, maxResponse } =
      options;
    const lines: string[] = [];
    super(origin, new ApiFilters({ verbose: true, timeout }), {
      retries,
      log: (line) => lines.push(line),
      ...(options.isGrowing ? {} : { pageSize: options.pageSize ?? 1000 }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(maxResponse === undefined ? {} : { maxResponse }),
      ...(signal ? { signal } : {}),
    });
    this.lines = lines;
  }

  override http(stop?: AbortSignal, turn?: Turn): HttpOptions {
    if (stop !== undefined) this.stops.push(stop);
    const { log: _, ...options } = super.http(stop, turn);
    return options;
  }
}

/** The archive on an origin, under the usual alias. */
export function archiveAt(
  origin: string,
  options: TestArchiveOptions = {},
): TestArchive {
  return new TestArchive(origin, options);
}

/** Everything of all pages, in order. */
export async function allOf<T>(
  pages: AsyncIterable<Iterable<T>>,
): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

/**
 * What came of the pages until they failed, and the error; fails the test if
 * they do not fail.
 */
export async function untilError<T>(
  pages: AsyncIterable<Iterable<T>>,
): Promise<{ came: T[]; error: unknown }> {
  const came: T[] = [];
  try {
    for await (const page of pages) came.push(...page);
  } catch (error) {
    return { came, error };
  }
  throw new Error(`no error, ${came.length} came`);
}
