/**
 * `esmond-ps post`: data points into an archive.
 *
 * @module
 */

import { EXIT, PartialError, UsageError } from "../errors.ts";
import { inBatches } from "../input/batches.ts";
import { Delivery } from "../input/delivery.ts";
import { Destination } from "../input/destination.ts";
import { Leftovers } from "../input/leftovers.ts";
import { LossRates } from "../input/loss.ts";
import { readInputs } from "../input/points.ts";
import { openInputs, readPosting } from "../input/posting.ts";
import type { Io } from "../io.ts";
import { INPUT_FORMATS } from "../options/choices.ts";
import { readChoice, readInteger } from "../options/values.ts";
import type { Command } from "./command.ts";

/**
 * Checks all points of a batch before the first is written: a mistake in an
 * input that is not longer stores nothing.
 */
export const run: Command<"post"> = async (options, io) => {
  const destination = await Destination.fromOptions(options);
  const format = readChoice(options, "input-format", INPUT_FORMATS);
  const sent = readInteger(options, "sent");
  const posting = await readPosting(options, io);
  const leftovers = new Leftovers();
  const delivery = new Delivery({
    posting,
    leftovers: destination.isEach ? leftovers : undefined,
    hint: options.text("keys") === undefined
      ? "if it has a new key there, give the file of post-metadata --keys"
      : undefined,
  });
  const rates = new LossRates({
    ...{ sent, leftovers },
    stored: (...series) => delivery.storedValues(...series),
  });
  try {
    const input = readInputs(openInputs(options, io), format);
    for await (const { points, isLast } of inBatches(input)) {
      io.signal.throwIfAborted();
      const addressed = destination.address(points, leftovers);
      await delivery.post(await rates.settle(addressed, isLast));
    }
    io.signal.throwIfAborted(); // it may have ended the input
    for await (const points of rates.rest()) await delivery.post(points);
  } catch (error) {
    if (delivery.stored > 0) {
      io.note(`${stored(delivery)} before that; the same command continues`);
    }
    throw error;
  } finally {
    posting.close();
  }
  report(delivery, leftovers, io);
};

/**
 * Ends the command.
 *
 * @throws {PartialError} if a part is not stored, or why nothing is.
 */
function report(delivery: Delivery, leftovers: Leftovers, io: Io): void {
  const lines = leftovers.lines();
  if (delivery.stored === 0) {
    if (delivery.refusal !== undefined) throw delivery.refusal;
    const [first, ...others] = lines;
    if (first === undefined) return io.note("there are no points to write");
    if (others.length === 0) throw new UsageError(first);
    for (const line of lines) io.note(line);
    throw new UsageError(`none of the ${leftovers.count} points is stored`);
  }
  for (const line of lines) io.note(line);
  if (delivery.cutLine !== undefined) io.note(delivery.cutLine);
  if (leftovers.count === 0) return io.note(stored(delivery));
  io.note(`${stored(delivery)}, ${leftovers.count} not`);
  throw new PartialError(EXIT.partial);
}

function stored({ stored }: Delivery): string {
  return stored === 1 ? "1 point is stored" : `${stored} points are stored`;
}
