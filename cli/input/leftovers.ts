/**
 * The points of an input that are not stored, in groups of one reason.
 *
 * @module
 */

import { formatTime } from "../options/time.ts";
import type { InputPoint } from "./fields.ts";

/** How many of a group are named besides the first, and how many groups. */
const MOST_NAMED = 5;
const MOST_GROUPS = 20;

interface Group {
  /** Which is the first, and why it is not stored. */
  message: string;
  /** The others, as far as they are named. */
  named: string[];
  /** How many there are. */
  count: number;
  /** The last one. */
  last: InputPoint;
}

/** What is not stored, and why. */
export class Leftovers {
  readonly #groups = new Map<string, Group>();
  #count = 0;

  /** How many points there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds a point.
   *
   * @param point The point.
   * @param message Why it is not stored.
   * @param reason What it has in common with others of its series.
   */
  add(
    point: InputPoint & { eventType: string },
    message: string,
    reason = message,
  ): void {
    this.#count++;
    const { place, eventType, key = "" } = point;
    const id = [key, eventType, reason].join("\0");
    const group = this.#groups.get(id);
    if (group === undefined) {
      const series = key === "" ? eventType : `${eventType} of ${key}`;
      this.#groups.set(id, {
        message: `${place && `${place}: `}${series} at ${
          timeOf(point)
        }: ${message}`,
        ...{ named: [], count: 1, last: point },
      });
      return;
    }
    group.count++;
    group.last = point;
    if (group.named.length < MOST_NAMED) group.named.push(nameOf(point));
  }

  /** A line for each group. */
  lines(): string[] {
    const groups = [...this.#groups.values()];
    const lines = groups.slice(0, MOST_GROUPS).map(lineOf);
    const more = groups.slice(MOST_GROUPS);
    if (more.length === 0) return lines;
    const points = more.reduce((sum, { count }) => sum + count, 0);
    return [...lines, `${points} points of ${more.length} other series`];
  }
}

function lineOf({ message, named, count, last }: Group): string {
  const rest = count - 1 - named.length;
  const others = rest > 0
    ? [...named, `${rest} more up to ${nameOf(last)}`]
    : named;
  return others.length > 0
    ? `${message}; the same of ${others.join(", ")}`
    : message;
}

/** Without the name of the file, which is that of the first. */
function nameOf(point: InputPoint): string {
  return `${point.place.replace(/^.*: /, "")} at ${timeOf(point)}`.trim();
}

function timeOf({ ts }: InputPoint): string {
  try {
    return formatTime(ts);
  } catch {
    return String(ts);
  }
}
