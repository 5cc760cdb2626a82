/**
 * What an archive knows of the test that is written to.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  type PostedPoint,
  PostError,
} from "./errors.ts";
import { type HttpAnswer, request } from "./http.ts";
import { secondsOf } from "./parameters.ts";
import { readObject } from "./reading.ts";
import { listOf, type WireMetadata } from "./wire.ts";

/** The windows of the roll-ups of a test, by event type. */
export type KnownTest = ReadonlyMap<string, readonly number[]>;

/**
 * Makes sure that the test exists and has the event types: an archive answers
 * 201 all the same, and stores nothing.
 */
export async function requireTest(
  connection: Connection,
  key: string,
  points: readonly PostedPoint[],
): Promise<KnownTest> {
  const url = connection.address.test(key);
  const entry = await describeTest(url, connection);
  if (entry === undefined) {
    // elmond knows tests by their address without the closing slash, and can
    // only be read.
    url.pathname = url.pathname.replace(/\/$/, "");
    const isElmond = await describeTest(url, connection) !== undefined;
    throw new PostError(
      "metadataKey",
      isElmond
        ? "this archive (elmond) can only be read: post to the one behind it"
        : `there is no test with the key ${key} in the archive: post its metadata first`,
    );
  }
  const known = new Map(
    listOf(entry["event-types"]).map((each) => [
      each?.["event-type"] ?? "",
      listOf(each?.summaries).map((summary) =>
        secondsOf(summary?.["summary-window"])
      ),
    ]),
  );
  for (const { eventType } of points) {
    if (known.has(eventType)) continue;
    throw new PostError(
      "eventType",
      `the test ${key} was not created with the event type ${eventType}: the archive would not store its data`,
    );
  }
  return known;
}

/** What the archive says of a test; `undefined` if there is none. */
export async function describeTest(
  url: URL,
  connection: Connection,
): Promise<WireMetadata | undefined> {
  connection.report(`[url: ${url.href}]`);
  try {
    const answer = await request({ url }, connection.http());
    const entry = readObject(answer);
    if (entry !== undefined) return entry as WireMetadata;
    // Some keys lead to data in the place of a test.
    if (isEmptyList(answer)) return undefined;
  } catch (error) {
    if (error instanceof ArchiveHttpError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
  throw new ArchiveResponseError("no description of the test", {
    url: url.href,
  });
}

function isEmptyList({ body: { bytes } }: HttpAnswer): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 100)).trim() === "[]";
}
