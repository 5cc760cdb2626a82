/**
 * What `check` checks, and how it judges: its options.
 *
 * @module
 */

import {
  parseRange,
  type ThresholdRange,
  type Verdict,
} from "../../insight.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import {
  readBucketWidth,
  readGap,
  readHistory,
  readInterval,
  readPercentiles,
  readSeconds,
  readShare,
} from "../options/amounts.ts";
import { CHECKS, STATES, STATS } from "../options/choices.ts";
import { DEFAULTS, type OptionsOf } from "../options/table.ts";
import { listed, readChoice, readZone, shownWord } from "../options/values.ts";
import type { GivenSpacing } from "../query/read_runs.ts";
import { suggestion } from "../../client/nearest.ts";
import { TRAITS } from "./traits.ts";

/** What `check` checks. */
export type What = (typeof CHECKS)[number];

/** What is judged of the values of a window. */
export type Stat = (typeof STATS)[number];

/** How a check judges. */
export interface CheckSettings {
  /** What it checks. */
  what: What;
  /** What does not need a warning. */
  warning: ThresholdRange | undefined;
  /** What is not critical. */
  critical: ThresholdRange | undefined;
  /** What is judged, if not what is by default. */
  stat: Stat | undefined;
  /** The state of tests that did not run. */
  missing: Verdict;
  /** The state of tests of which all runs failed. */
  failed: Verdict;
  /** Whether the other direction is judged, too. */
  isBoth: boolean;
  /** Whether the last trace has to arrive. */
  hasToArrive: boolean;
  /** Percentiles of delays to show. */
  percentiles: readonly number[];
  /** What is known of schedules. */
  spacing: GivenSpacing;
  /** The width of buckets, if it is given. */
  bucketWidth: number | "ms" | undefined;
  /** The time before the window that it is compared with, in seconds. */
  history: number;
  /** The smallest change that counts. */
  minChange: number;
  /** The zone of times, and of the hours of the history. */
  zone: string;
}

/**
 * How long the whole command may take, in seconds; 0 for ever.
 *
 * @throws {UsageError} for what is not a number.
 */
export function readLimit(options: OptionsOf<"check">): number {
  return readSeconds(options, "timeout");
}

/**
 * What is to be checked: the first word.
 *
 * @throws {UsageError} if it is missing, or not one of them.
 */
export function readWhat(
  { words }: Pick<OptionsOf<"check">, "words">,
  byDefault?: What,
): What {
  const [word] = words;
  const what = CHECKS.find((each) => each === word) ??
    (word === undefined ? byDefault : undefined);
  if (what !== undefined) return what;
  throw new UsageError(
    word === undefined
      ? `name what to check: ${listed(CHECKS)}`
      : `there is no check ${shownWord(word)}${
        suggestion(word, CHECKS)
      }: choose ${listed(CHECKS)}`,
  );
}

/**
 * The options as other commands have them: WHAT is not one of the words, and
 * `--range` is a start.
 *
 * @throws {UsageError} for a range beside a start, or one that is not seconds.
 */
export function commonOptions(
  options: OptionsOf<"check">,
): OptionsOf<"check"> {
  const range = readSeconds(options, "range");
  if (range !== undefined && options.text("start-time") !== undefined) {
    throw new UsageError(
      "--range is another way to give --start-time: leave one out",
    );
  }
  if (range === 0) throw new UsageError("--range is 0: give seconds above 0");
  return {
    ...options,
    words: options.words.slice(1),
    text: (long) =>
      long === "start-time" && range !== undefined
        ? `-${range}s`
        : options.text(long),
  };
}

/** How values are judged, whatever is done with the judgements. */
export type JudgingSettings = Pick<
  CheckSettings,
  | "what"
  | "warning"
  | "critical"
  | "spacing"
  | "bucketWidth"
  | "history"
  | "minChange"
  | "zone"
>;

/**
 * Reads how to judge values.
 *
 * @throws {UsageError} for what cannot be, or has no effect on this check.
 */
export function readJudging(
  what: What,
  options: OptionsOf<"check" | "mesh">,
  { command, note }: { command: "check" | "mesh" } & Pick<Io, "note">,
): JudgingSettings {
  const { unit, eventTypes } = TRAITS[what];
  const range = (option: "warning" | "critical") => {
    const text = options.text(option);
    if (text === undefined) return undefined;
    const read = readRange(option, text, unit);
    if (read.meant !== undefined) {
      note(
        `--${option} ${text.trim()} alerts above ${read.text} ${unit}: ${read.meant} was probably meant, which alerts below`,
      );
    }
    return read;
  };
  const [warning, critical] = [range("warning"), range("critical")];
  if (options.texts("event-type").length > 0 && eventTypes !== undefined) {
    throw new UsageError(
      `--event-type is not for ${command} ${what}, which reads ${
        eventTypes.join(", ")
      }: leave it out`,
    );
  }
  return {
    what,
    warning,
    critical,
    spacing: { interval: readInterval(options), gapFactor: readGap(options) },
    bucketWidth: readBucketWidth(options),
    history: readHistory(options),
    minChange: readShare(options, "min-change") ?? DEFAULTS["min-change"],
    zone: readZone(options, "tz"),
  };
}

/**
 * Reads how to judge, and what to say.
 *
 * @throws {UsageError} for what cannot be, or has no effect on this check.
 */
export function readCheck(
  options: OptionsOf<"check">,
  io: Pick<Io, "note">,
): CheckSettings {
  const what = readWhat(options);
  const note = (line: string) => io.note(line);
  const judging = readJudging(what, options, { command: "check", note });
  const stat = readChoice(options, "stat", STATS);
  if (stat !== undefined && !TRAITS[what].stats) {
    throw new UsageError(`--stat is not for check ${what}: leave it out`);
  }
  if (options.flag("endpoint") && what !== "traceroute") {
    throw new UsageError(
      `--endpoint is for check traceroute, not ${what}: leave it out`,
    );
  }
  const isHost = (["src", "dest"] as const).some((name) =>
    options.texts(name).some((host) => host !== "")
  );
  const isMesh = options.text("mesh") !== undefined;
  if (!isHost && !isMesh && options.texts("filter").length === 0) {
    throw new UsageError(
      "name what was measured: --src and --dest, addresses or host names; or all of a mesh: --mesh",
    );
  }
  return {
    ...judging,
    stat,
    missing: readChoice(options, "missing", STATES) ??
      (isMesh ? "critical" : "unknown"),
    failed: readChoice(options, "failed", STATES) ?? "critical",
    isBoth: options.flag("both"),
    hasToArrive: options.flag("endpoint"),
    percentiles: readPercentiles(options),
  };
}

function readRange(
  option: "warning" | "critical",
  text: string,
  unit: (typeof TRAITS)[What]["unit"],
): ThresholdRange {
  try {
    return parseRange(text, unit);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`--${option}: ${error.message}`);
  }
}
