/**
 * The executable that the tests run in the place of the sources, if
 * `ESMOND_PS_BINARY` names one, and what a process cannot be given.
 */

import { isSound } from "../../cli/tls/platform.ts";
import { describeBase } from "../../scripts/compile/targets.ts";
import { runProcess } from "./process.ts";
import { isInstalled, notInstalled, testUnless } from "./skipping.ts";

/** The path of the executable, if there is one. */
export const BINARY = Deno.env.get("ESMOND_PS_BINARY") || undefined;

/** What sets the clock of a process, on a machine that has it. */
export const FAKETIME = BINARY && isInstalled("faketime")
  ? await preloadOf("faketime")
  : undefined;

/**
 * Why the executable cannot be given on this machine what a test needs;
 * `undefined` where it can.
 */
const NEEDS = {
  /** A clock that the test sets. */
  "clock": () =>
    FAKETIME ? undefined : "faketime, which sets clocks, is not installed",
  /** Standard output, or input, that is a terminal. */
  "terminal": () => notInstalled("script"),
  /** A name service of the test's own. */
  "resolver": () => "an executable asks the name service of the system",
  /** Permissions that the test gives. */
  "permissions": () => "an executable has the permissions it was made with",
  /** Pauses that last as long as the test wants. */
  "own pauses": () => "a process waits as long as it says",
  /** To be told to stop before it begins. */
  "early stop": () => "a process cannot be stopped before it begins",
  /**
   * https without a look at the certificate, or with a look of the program's
   * own.
   */
  "own certificate check": () =>
    isSound(baseVersion())
      ? undefined
      : `the executable was made with Deno ${baseVersion()}, which shows no certificate to be checked`,
} satisfies Record<string, () => string | undefined>;

/** What a test may need that not every executable can be given. */
export type Need = keyof typeof NEEDS;

/** A test that is skipped where the executable cannot be given what it needs. */
export function needs(
  need: Need,
  name: string,
  fn: () => void | Promise<void>,
  why?: string,
): void {
  testUnless(why ?? lacks(need), name, fn);
}

/** Why this run of the tests cannot have that; `undefined` where it can. */
export function lacks(need: Need): string | undefined {
  return BINARY ? NEEDS[need]() : undefined;
}

let base: string | undefined;

/** The version of Deno that the executable was made with. */
function baseVersion(): string {
  return base ??= describeBase(Deno.readFileSync(BINARY!)).version ?? "";
}

/** The library that a program loads into the one that it runs. */
async function preloadOf(program: string): Promise<string> {
  const { stdout } = await runProcess([
    ...[program, "2016-03-01", "printenv", "LD_PRELOAD"],
  ]);
  return stdout.trim();
}
