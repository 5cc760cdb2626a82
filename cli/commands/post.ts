/**
 * `esmond-ps post`: data points into an archive.
 *
 * @module
 */

import { EventTypeBulkPost, JsonText, PostError } from "../../mod.ts";
import { INPUT_FORMATS } from "../options/choices.ts";
import { UsageError } from "../errors.ts";
import { withCounts } from "../input/loss.ts";
import { type InputPoint, readPoints } from "../input/points.ts";
import { readPosting, readText } from "../input/posting.ts";
import {
  checkEventType,
  readChoice,
  readInteger,
  withUrl,
} from "../options/values.ts";
import type { Command } from "./command.ts";

/**
 * Reads and checks all points before the first is written, so that bad input
 * stores nothing.
 */
export const run: Command<"post"> = async (options, io) => {
  const metadataKey = options.text("metadata-key");
  if (!metadataKey) {
    throw new UsageError(
      "--metadata-key is required: the key of the test, as post-metadata prints it",
    );
  }
  const format = readChoice(options, "input-format", INPUT_FORMATS);
  const eventType = options.text("event-type");
  const points = withCounts(
    await readPoints(await readText(options, io), format),
    { eventType, sent: readInteger(options, "sent") },
  );
  const { url, access, close } = await readPosting(options, io);
  try {
    const post = withUrl(() =>
      new EventTypeBulkPost(url, { ...access, metadataKey })
    );
    for (const point of points) add(post, point, eventType);
    if (points.length === 0) return io.note("there are no points to write");
    await post.postData();
  } finally {
    close();
  }
  io.note(
    points.length === 1
      ? "1 point is stored"
      : `${points.length} points are stored`,
  );
};

function add(
  post: EventTypeBulkPost,
  { eventType: own, ts, val, place }: InputPoint,
  otherwise: string | undefined,
): void {
  const eventType = own ?? otherwise;
  if (!eventType) {
    throw new UsageError(
      `${place} names no event type: give --event-type for all, or name it with each point`,
    );
  }
  checkEventType(eventType, own ? place : "--event-type");
  try {
    post.addDataPoint(eventType, ts, new JsonText(val));
  } catch (error) {
    if (!(error instanceof PostError)) throw error;
    throw new UsageError(`${place}: ${error.message}`);
  }
}
