/** An archive as the readers of `client/` want it, for tests. */

import { Gate } from "../../client/gate.ts";
import { ArchiveAddress } from "../../client/http.ts";
import { PageSizes } from "../../client/page_sizes.ts";
import type { ReadableArchive } from "../../client/read_ahead.ts";

/** What a test may want otherwise. */
export interface TestArchiveOptions {
  pageSize?: number;
  isGrowing?: boolean;
  concurrency?: number;
  retries?: number;
  timeout?: number;
  signal?: AbortSignal;
}

/**
 * An archive that remembers what it was told to report, and the signal that its
 * requests end with.
 */
export interface TestArchive extends ReadableArchive {
  readonly lines: string[];
  readonly stops: AbortSignal[];
}

/** The archive on an origin, under the usual alias. */
export function archiveAt(
  origin: string,
  options: TestArchiveOptions = {},
): TestArchive {
  const { retries = 0, timeout = 5, signal } = options;
  const pageSize = options.isGrowing ? undefined : options.pageSize ?? 1000;
  const gate = new Gate(options.concurrency ?? 6);
  const lines: string[] = [];
  const stops: AbortSignal[] = [];
  return {
    lines,
    stops,
    address: new ArchiveAddress(origin, "esmond"),
    pageSizes: new PageSizes(pageSize),
    gate,
    retries,
    http(stop, turn) {
      stops.push(stop);
      return {
        timeout,
        retries,
        gate,
        ...(turn ? { turn } : {}),
        signal: signal ? AbortSignal.any([signal, stop]) : stop,
      };
    },
    warn(line) {
      lines.push(line);
    },
    report(...more) {
      lines.push(...more);
    },
  };
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

/**
 * Something that happens once; `within` fails the test if it does not happen
 * soon.
 */
export class Event {
  readonly #promise: Promise<void>;
  #happen = () => {};

  constructor() {
    this.#promise = new Promise((resolve) => this.#happen = resolve);
  }

  happen(): void {
    this.#happen();
  }

  async within(ms: number, what: string): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: never`)), ms);
    });
    try {
      await Promise.race([this.#promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
