/**
 * The test that a post writes to.
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
 * Checks that the test exists and has the event types: for a missing one an
 * archive answers 201 as well, and stores nothing.
 */
export async function requireTest(
  connection: Connection,
  key: string,
  points: readonly PostedPoint[],
): Promise<KnownTest> {
  const url = connection.address.test(key);
  const entry = await describeTest(url, connection);
  if (entry === undefined) {
    // elmond has tests at addresses without the closing slash, and is read-only.
    url.pathname = url.pathname.replace(/\/$/, "");
    const isElmond = await describeTest(url, connection) !== undefined;
    throw new PostError(
      "metadataKey",
      isElmond
        ? "this archive (elmond) is read-only: post to the archive that it reads from"
        : `there is no test with the key ${key} in the archive: post its metadata first`,
      points,
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
  const homeless = points.find(({ eventType }) => !known.has(eventType));
  if (homeless !== undefined) {
    const { eventType } = homeless;
    throw new PostError(
      "eventType",
      `the test ${key} was not created with the event type ${eventType}: the archive would not store its data`,
      points.filter((point) => point.eventType === eventType),
    );
  }
  return known;
}

/** The description of a test; `undefined` if it does not exist. */
export async function describeTest(
  url: URL,
  connection: Connection,
): Promise<WireMetadata | undefined> {
  connection.report(`[url: ${url.href}]`);
  try {
    const answer = await request({ url }, connection.http());
    const entry = readObject(answer);
    if (entry !== undefined) return entry as WireMetadata;
    // Some keys lead to data instead of a test.
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
