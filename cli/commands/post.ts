/**
 * `esmond-ps post`: data points into an archive.
 *
 * @module
 */

import { EventTypeBulkPost, EventTypePost, PostError } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { INPUT_FORMATS, type InputPoint, readPoints } from "../points.ts";
import { readPosting, readText, withUrl } from "../posting.ts";
import { choose } from "../settings.ts";
import type { Command } from "./command.ts";

/** Reads all points before the first is written, so that bad input stores nothing. */
export const run: Command = async (options, io) => {
  const metadataKey = options.text("metadata-key");
  if (!metadataKey) {
    throw new UsageError(
      "--metadata-key is required: the key of the test, as post-metadata prints it",
    );
  }
  const named = options.text("input-format");
  const format = named === undefined
    ? undefined
    : choose("--input-format", named, INPUT_FORMATS);
  const points = await readPoints(await readText(options, io), format);
  const eventType = options.text("event-type");
  const types = new Set(
    points.map((point) => typeOf(point, eventType)),
  );
  const { url, access } = await readPosting(options, io);
  if (points.length === 0) return io.note("there are no points to write");
  // Points of one event type go in requests of their own, as testers write them; many together.
  const [only] = types;
  const single = types.size === 1 && points.length === 1
    ? withUrl(() =>
      new EventTypePost(url, { ...access, metadataKey, eventType: only! })
    )
    : undefined;
  const bulk = withUrl(() =>
    new EventTypeBulkPost(url, { ...access, metadataKey })
  );
  for (const point of points) {
    try {
      if (single) single.addDataPoint(point.ts, point.val);
      else bulk.addDataPoint(typeOf(point, eventType), point.ts, point.val);
    } catch (error) {
      if (!(error instanceof PostError)) throw error;
      throw new UsageError(`${point.place}: ${error.message}`);
    }
  }
  await (single ?? bulk).postData();
  io.note(`${points.length} points are stored`);
};

function typeOf(point: InputPoint, otherwise: string | undefined): string {
  const eventType = point.eventType ?? otherwise;
  if (eventType) return eventType;
  throw new UsageError(
    `${point.place} names no event type: give --event-type for all, or name it with each point`,
  );
}
