/**
 * What differs between two routes.
 *
 * @module
 */

import type { HopList } from "./traces.ts";

/**
 * A line of the difference between two routes.
 *
 * @example Usage
 * ```ts
 * import { type HopDifference, hopDifference } from "@esmond/client/insight";
 *
 * const sign = { kept: " ", removed: "-", added: "+" };
 * const lines: HopDifference[] = hopDifference([["192.0.2.1"]], [["192.0.2.2"]]);
 * for (const { kind, addresses } of lines) console.log(sign[kind], ...addresses);
 * ```
 */
export interface HopDifference {
  /** Whether both routes have the hop, the first alone, or the second alone. */
  readonly kind: "kept" | "removed" | "added";
  /** Who answered there; nobody if it is silent. */
  readonly addresses: readonly string[];
}

/** Alike by an address; more than all silent hops of a route together. */
const SAME = 1024;

/**
 * Alike because one of them is silent, which may be anybody: it is likely to be
 * the other where that is silent too, or as far away.
 */
const SILENT = 1;

/**
 * What differs between two routes: their longest common subsequence is kept,
 * the rest is removed or added, so that one more hop does not change all that
 * come after it. Hops are alike that share an address; a silent one is like any,
 * where that leaves the others as alike.
 *
 * @param before The one route.
 * @param after The other.
 * @returns The hops of both in order; in one place, the removed ones first.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hopDifference } from "@esmond/client/insight";
 *
 * const before = [["192.0.2.1"], ["192.0.2.202"], ["203.0.113.1"]];
 * const after = [["192.0.2.1"], ["192.0.2.207"], ["192.0.2.208"], ["203.0.113.1"]];
 * assertEquals(
 *   hopDifference(before, after).map(({ kind, addresses }) => [kind, ...addresses]),
 *   [
 *     ["kept", "192.0.2.1"],
 *     ["removed", "192.0.2.202"],
 *     ["added", "192.0.2.207"],
 *     ["added", "192.0.2.208"],
 *     ["kept", "203.0.113.1"],
 *   ],
 * );
 * ```
 */
export function hopDifference(
  before: HopList,
  after: HopList,
): HopDifference[] {
  // best[i][j]: how alike the hops from i and from j on can be.
  const best = Array.from(
    { length: before.length + 1 },
    () => new Float64Array(after.length + 1),
  );
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const alike = likeness(before[i]!, after[j]!, i === j);
      best[i]![j] = Math.max(
        best[i + 1]![j]!,
        best[i]![j + 1]!,
        alike > 0 ? alike + best[i + 1]![j + 1]! : 0,
      );
    }
  }
  const lines: HopDifference[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [one, other] = [before[i], after[j]];
    const rest = best[i]![j]!;
    const alike = one && other ? likeness(one, other, i === j) : 0;
    if (alike > 0 && rest === alike + best[i + 1]![j + 1]!) {
      const addresses = other!.length > 0 ? other! : one!;
      lines.push({ kind: "kept", addresses });
      i++;
      j++;
    } else if (one && rest === best[i + 1]![j]!) {
      lines.push({ kind: "removed", addresses: one });
      i++;
    } else {
      lines.push({ kind: "added", addresses: other! });
      j++;
    }
  }
  return lines;
}

function likeness(
  one: readonly string[],
  other: readonly string[],
  isAsFar: boolean,
): number {
  if (one.length === 0 || other.length === 0) {
    const areBoth = one.length === other.length;
    return SILENT + Number(areBoth) + Number(isAsFar);
  }
  return one.some((address) => other.includes(address)) ? SAME : 0;
}
