/**
 * The names and autonomous systems of routers, where an archive has them.
 *
 * @module
 */

import type { TraceHop } from "../client/value_shapes.ts";
import type { Measured } from "./point.ts";
import { addressForm, hopListsOf, type TraceValue } from "./traces.ts";

/**
 * What an archive tells of an address; elmond does.
 *
 * @example Usage
 * ```ts
 * import type { HopName } from "@esmond/client/insight";
 *
 * const gateway: HopName = {
 *   hostname: "gw.alpha.example",
 *   as: { number: 64500, owner: "ALPHA-AS" },
 * };
 * console.log(gateway);
 * ```
 */
export interface HopName {
  /** Its name; `undefined` if the archive has none. */
  readonly hostname: string | undefined;
  /** Its autonomous system; `undefined` if the archive has none. */
  readonly as: AutonomousSystem | undefined;
}

/**
 * An autonomous system.
 *
 * @example Usage
 * ```ts
 * import type { AutonomousSystem } from "@esmond/client/insight";
 *
 * const alpha: AutonomousSystem = { number: 64500, owner: "ALPHA-AS" };
 * console.log(`AS${alpha.number} ${alpha.owner}`);
 * ```
 */
export interface AutonomousSystem {
  /** Its number. */
  readonly number: number;
  /** Whose it is; `undefined` if the archive does not say. */
  readonly owner: string | undefined;
}

/**
 * The names and autonomous systems that traces tell; nothing is looked up.
 *
 * @param points Points of `packet-trace` or `packet-trace-multi`.
 * @returns Address → what is known of it, in the form that
 * {@linkcode tracesOf} gives addresses; where points differ, the last one counts.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hopNames } from "@esmond/client/insight";
 *
 * const names = hopNames([{
 *   ts: 1456790400,
 *   val: [{ ttl: 1, ip: "192.0.2.1", hostname: "gw.alpha.example" }],
 * }]);
 * assertEquals(names.get("192.0.2.1")?.hostname, "gw.alpha.example");
 * ```
 */
export function hopNames(
  points: Iterable<Measured<TraceValue>>,
): Map<string, HopName> {
  // By the text of the archive, which is the same in most traces.
  const told = new Map<string, HopName>();
  for (const { val } of points) {
    for (const hop of hopListsOf(val).flat()) {
      const known = typeof hop.ip === "string" ? told.get(hop.ip) : undefined;
      const hostname = textOf(hop.hostname) ?? known?.hostname;
      const as = systemOf(hop) ?? known?.as;
      if (typeof hop.ip !== "string" || !(hostname || as)) continue;
      told.set(hop.ip, { hostname, as });
    }
  }
  return new Map([...told].map(([ip, name]) => [addressForm(ip), name]));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== ""
    ? value.trim()
    : undefined;
}

function systemOf({ as }: TraceHop): AutonomousSystem | undefined {
  const number = as?.["number"];
  if (typeof number !== "number" && typeof number !== "string") {
    return undefined;
  }
  return Number.isInteger(Number(number)) && Number(number) > 0
    ? { number: Number(number), owner: textOf(as?.["owner"]) }
    : undefined;
}
