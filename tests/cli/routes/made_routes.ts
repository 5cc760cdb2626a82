/** Links whose traces and delays a test makes up, hop by hop. */

import {
  addressOf,
  type MadeTest,
  timesBetween,
} from "../../helpers/made_archive.ts";
import { delayTest, traceTest } from "../../helpers/planted.ts";

/** How far apart runs are. */
export const EVERY = 600;

/** How many runs there are. */
export const RUNS = 144;

/** When the runs are, the last one a minute before now. */
export function runsUntil(now: number): number[] {
  const last = now - 60;
  return timesBetween(last - (RUNS - 1) * EVERY, last, EVERY);
}

/** A link by a name, from there to the host of that name and `-to`. */
export function linkOf(name: string, family: 4 | 6 = 4) {
  return { source: name, destination: `${name}-to`, family };
}

/** The same link the other way round. */
export function backOf({ source, destination, family }: {
  source: string;
  destination: string;
  family: 4 | 6;
}) {
  return { source: destination, destination: source, family };
}

/** The address of a hop: a letter, or `*` for silence. */
export function hop(letter: string, family: 4 | 6 = 4): string {
  if (letter === "*") return letter;
  const number = letter.charCodeAt(0);
  return family === 4
    ? `203.0.113.${number}`
    : `2001:db8:ff::${number.toString(16)}`;
}

/**
 * A link that is traced.
 *
 * @param link The link.
 * @param times When.
 * @param routeAt The hops by their letters, by the number of the run; the
 * destination follows, unless there is a `!`.
 */
export function traced(
  link: ReturnType<typeof linkOf>,
  times: readonly number[],
  routeAt: (run: number) => string,
): MadeTest {
  const end = addressOf(link.destination, link.family);
  return traceTest(link, times, (ts) => {
    const letters = routeAt(times.indexOf(ts));
    const hops = [...letters.replace("!", "")]
      .map((letter) => hop(letter, link.family));
    return letters.endsWith("!") ? hops : [...hops, end];
  });
}

/** A link on which delay is measured, by the number of the run. */
export function delayed(
  link: ReturnType<typeof linkOf>,
  times: readonly number[],
  delayAt: (run: number) => number,
): MadeTest {
  return delayTest(link, times, { delay: (ts) => delayAt(times.indexOf(ts)) });
}

/** The same traces, each as something else writes it. */
export function rewritten(
  test: MadeTest,
  write: (hops: Record<string, unknown>[]) => unknown,
): MadeTest {
  const points = test.data["packet-trace"] as readonly [number, unknown][];
  return {
    ...test,
    data: {
      ...test.data,
      "packet-trace": points.map(([ts, val]) => [
        ts,
        write(val as Record<string, unknown>[]),
      ]),
    },
  };
}
