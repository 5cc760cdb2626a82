/**
 * `esmond-ps check`.
 *
 * @module
 */

import type { Verdict } from "../../insight.ts";
import { checkTests } from "../check/check_tests.ts";
import {
  commonOptions,
  readCheck,
  readLimit,
  readWhat,
} from "../check/settings.ts";
import { PartialError, STATE_EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { readPace } from "../query/series_settings.ts";
import { settleAnswer } from "../query/settings.ts";
import { stateLine } from "../output/state_line.ts";
import type { Command } from "./command.ts";

/** Prints the answer, and ends with its state. */
export const run: Command<"check"> = async (options, io) => {
  const what = readWhat(options);
  const seconds = readLimit(options);
  const answer = async (signal: AbortSignal) => {
    const limited = { ...io, signal };
    using settings = await settleAnswer(
      "check",
      commonOptions(options),
      limited,
      {
        mayHaveOtherNames: true,
        limit: seconds,
        own: () => ({ check: readCheck(options, io) }),
        connection: () => ({ ...readPace(options), signal }),
      },
    );
    return await checkTests(settings);
  };
  const report = await within(seconds, io, answer) ?? {
    state: "unknown" as const,
    lines: [stateLine(what, "unknown", lateText(seconds))],
  };
  await end(report, io);
};

function lateText(seconds: number): string {
  return `the archive did not answer within ${seconds} s (--timeout)`;
}

async function end(
  { state, lines }: { state: Verdict; lines: readonly string[] },
  io: Io,
): Promise<void> {
  await io.stdout.write(lines.map((line) => `${line}\n`).join(""));
  await io.stdout.flush();
  if (state !== "ok") throw new PartialError(STATE_EXIT[state]);
}

/**
 * What work comes to; `undefined` if it takes longer than so many seconds (0
 * for any time): it is stopped then.
 */
async function within<T>(
  seconds: number,
  { signal }: Pick<Io, "signal">,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const late = new AbortController();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = seconds === 0 ? undefined : setTimeout(() => {
    resolve(undefined);
    late.abort();
  }, Math.min(seconds * 1000, LONGEST_TIMER));
  const working = work(AbortSignal.any([signal, late.signal]));
  working.catch(() => {}); // of what is stopped
  try {
    return await Promise.race([working, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a timer can wait at the most, in ms. */
const LONGEST_TIMER = 2 ** 31 - 1;
