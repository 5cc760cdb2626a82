/**
 * The tests that an archive should have measurements of: those that wrote
 * within the window, and those that were never written to.
 *
 * @module
 */

import { dialectOf } from "../../client/wire.ts";
import type { Metadata } from "../../mod.ts";
import type { Io } from "../io.ts";
import { answerTests, familyOf } from "./answer_tests.ts";
import { TOLERANCE } from "./clock.ts";
import { findTests, idOf } from "./find_tests.ts";
import { isUnwritten } from "./newest.ts";
import type { AnswerSettings, Settings } from "./settings.ts";
import type { TimeWindow } from "./window.ts";

/**
 * The tests that match. An archive lists by the time of the last write, which
 * leaves out what was never written to: esmond is asked for that, too, unless
 * the window is over. elmond has no test without a result.
 */
export async function* declaredTests(
  settings: Settings & AnswerSettings,
  io: Pick<Io, "note">,
): AsyncGenerator<Metadata, void, void> {
  const { family, isAnyTime } = settings;
  // Each has a row of its own, so their number need not be told.
  const quiet = { ...settings, unwritten: undefined };
  // Of each archive, the last test tells.
  const isEsmond = new Map<string, boolean>();
  const note = (test: Metadata) => {
    const isOne = dialectOf(test.toJSON()) === "esmond";
    isEsmond.set(test.archive, isOne);
    return isOne;
  };
  // An archive that does not look at the time lists these, too.
  const unwritten = new Set<string>();
  for await (const test of answerTests(quiet, io)) {
    note(test);
    if (isNeverWritten(test)) unwritten.add(idOf(test));
    yield test;
  }
  if (isAnyTime || !upToNow(settings).isOpen) return;
  const skips = (archive: string) => isEsmond.get(archive) === false;
  const all = { ...quiet, isAnyTime: true };
  for await (const test of findTests(all, { skips })) {
    if (!note(test)) continue;
    const isOurs = family === undefined || familyOf(test) === family;
    const isNew = isNeverWritten(test) && !unwritten.has(idOf(test));
    if (isOurs && isNew) yield test;
  }
}

/**
 * The window, and whether it ends now by the clock of the archive, which is
 * known once that has answered.
 *
 * @param archive Which of several; by our clock if absent.
 */
export function upToNow(
  { clock, window, isOpen }: Pick<
    Settings & AnswerSettings,
    "clock" | "window" | "isOpen"
  >,
  archive?: string,
): { window: TimeWindow; isOpen: boolean } {
  const now = Math.floor(clock.now(archive));
  return isOpen || window.end >= now - TOLERANCE
    ? { window: { ...window, end: now }, isOpen: true }
    : { window, isOpen };
}

/** Whether nothing of a test was ever written, as esmond says. */
export function isNeverWritten(test: Metadata): boolean {
  const dialect = dialectOf(test.toJSON());
  const all = [...test.getAllEventTypes()];
  return all.length > 0 && all.every((each) => isUnwritten(each, dialect));
}
