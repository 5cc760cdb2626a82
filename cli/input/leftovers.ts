/**
 * The points of an input that are not stored, in groups of one reason.
 *
 * @module
 */

/** How many places of a group are listed, and how many groups. */
const MOST_PLACES = 5;
const MOST_GROUPS = 20;

interface Group {
  /** Why, said of the first point. */
  message: string;
  /** The places of the others, as far as they are listed. */
  others: string[];
  /** How many there are. */
  count: number;
  /** The place of the last one. */
  last: string;
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
   * @param reason What the point has in common with others.
   */
  add(
    { eventType, place }: { eventType: string; place: string },
    message: string,
    reason = message,
  ): void {
    this.#count++;
    const id = `${eventType} ${reason}`;
    const group = this.#groups.get(id);
    if (group === undefined) {
      this.#groups.set(id, {
        message: `${place}: ${message}`,
        ...{ others: [], count: 1, last: place },
      });
      return;
    }
    group.count++;
    group.last = place;
    if (group.others.length < MOST_PLACES) group.others.push(place);
  }

  /** A line for each group. */
  lines(): string[] {
    const groups = [...this.#groups.values()];
    const lines = groups.slice(0, MOST_GROUPS).map(lineOf);
    const more = groups.slice(MOST_GROUPS);
    if (more.length === 0) return lines;
    const points = more.reduce((sum, { count }) => sum + count, 0);
    return [...lines, `${points} points for ${more.length} other reasons`];
  }
}

function lineOf({ message, others, count, last }: Group): string {
  const rest = count - 1 - others.length;
  const named = rest > 0 ? [...others, `${rest} more up to ${last}`] : others;
  return named.length > 0
    ? `${message} (the same of ${named.join(", ")})`
    : message;
}
