/**
 * Who measures whom: hosts by their names, and the links between them.
 *
 * @module
 */

import { canonicalAddress, familyOf } from "../client/ip_address.ts";
import type { WireMetadata } from "../client/wire.ts";

/**
 * The name of the host at one end of a test, by which its addresses belong
 * together.
 *
 * @param input The end as the tester wrote it: `input-source` or
 * `input-destination`.
 * @param address Its address: `source` or `destination`.
 * @returns The name in lower case without a closing dot; the address, IPv6 in
 * its short form, where the tester wrote an address or nothing; `undefined` if
 * there is neither.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hostOf } from "@esmond/client/insight";
 *
 * assertEquals(hostOf("PS.alpha.example.", "192.0.2.10"), "ps.alpha.example");
 * assertEquals(hostOf(undefined, "2001:DB8:0::10"), "2001:db8::10");
 * ```
 */
export function hostOf(input: unknown, address: unknown): string | undefined {
  const named = normalised(input);
  const at = normalised(address);
  return named === undefined || familyOf(named) !== undefined
    ? at ?? named
    : named;
}

/** A name or an address in its one form; `undefined` if there is none. */
function normalised(text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  const name = text.trim().toLowerCase().replace(/\.$/, "");
  return canonicalAddress(name) ?? (name === "" ? undefined : name);
}

/**
 * A direction in which one host measures another, over one family of addresses.
 * The other direction, and the other family, are links of their own.
 *
 * @example Usage
 * ```ts
 * import { type Link, linkOf } from "@esmond/client/insight";
 *
 * const link: Link | undefined = linkOf({
 *   "source": "192.0.2.10",
 *   "input-source": "ps.alpha.example",
 *   "destination": "198.51.100.20",
 * });
 * console.log(link?.source, "→", link?.destination, `IPv${link?.family}`);
 * ```
 */
export interface Link {
  /** The host that sends, by its name. */
  readonly source: string;
  /** The host that it sends to, by its name. */
  readonly destination: string;
  /** The version of IP; `undefined` where the ends are not addresses. */
  readonly family: 4 | 6 | undefined;
}

/**
 * The link that a test measures.
 *
 * @param test The test, as the archive describes it: `md.toJSON()`.
 * @returns The link; `undefined` for a test of one host, or without a source.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linkOf } from "@esmond/client/insight";
 *
 * const link = linkOf({
 *   "source": "2001:db8:a::10",
 *   "destination": "2001:db8:b::20",
 *   "input-source": "ps.alpha.example",
 *   "input-destination": "2001:db8:b::20",
 * });
 * assertEquals(link, {
 *   source: "ps.alpha.example",
 *   destination: "2001:db8:b::20",
 *   family: 6,
 * });
 * ```
 */
export function linkOf(test: WireMetadata): Link | undefined {
  const source = hostOf(test["input-source"], test["source"]);
  const destination = hostOf(test["input-destination"], test["destination"]);
  if (source === undefined || destination === undefined) return undefined;
  const families = ["destination", "source"].map((end) =>
    familyOf(normalised(test[end]) ?? "")
  );
  return { source, destination, family: families[0] ?? families[1] };
}

/**
 * A link with its tests.
 *
 * @example Usage
 * ```ts
 * import { type LinkTests, linksOf } from "@esmond/client/insight";
 *
 * const links: LinkTests[] = linksOf([]);
 * console.log(links.length); // 0
 * ```
 */
export interface LinkTests<Test extends WireMetadata = WireMetadata>
  extends Link {
  /** Its tests, in their order: several tools, or sets of parameters. */
  readonly tests: readonly Test[];
}

/**
 * Tests by their links, in the order in which these are first met. Links with
 * the same hosts and different families are twins.
 *
 * @param tests The tests, as the archive describes them; those of one host are
 * left out.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linksOf } from "@esmond/client/insight";
 *
 * const names = { "input-source": "a.example", "input-destination": "b.example" };
 * const links = linksOf([
 *   { ...names, "source": "192.0.2.10", "destination": "198.51.100.20" },
 *   { ...names, "source": "2001:db8:a::10", "destination": "2001:db8:b::20" },
 * ]);
 * assertEquals(links.map(({ family }) => family), [4, 6]);
 * ```
 */
export function linksOf<Test extends WireMetadata>(
  tests: Iterable<Test>,
): LinkTests<Test>[] {
  const links = new Map<string, Link & { tests: Test[] }>();
  for (const test of tests) {
    const link = linkOf(test);
    if (link === undefined) continue;
    const { source, destination, family } = link;
    const key = JSON.stringify([source, destination, family]);
    const known = links.get(key);
    if (known === undefined) links.set(key, { ...link, tests: [test] });
    else known.tests.push(test);
  }
  return [...links.values()];
}

/**
 * The addresses of each host, by its name: all those that share a name at either
 * end of a test.
 *
 * @param tests The tests, as the archive describes them.
 * @returns Name → addresses, IPv6 in their short form.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { addressesOf } from "@esmond/client/insight";
 *
 * const hosts = addressesOf([
 *   { "source": "192.0.2.10", "input-source": "a.example" },
 *   { "destination": "2001:DB8:A::10", "input-destination": "A.example." },
 * ]);
 * assertEquals(hosts.get("a.example"), new Set(["192.0.2.10", "2001:db8:a::10"]));
 * ```
 */
export function addressesOf(
  tests: Iterable<WireMetadata>,
): Map<string, Set<string>> {
  const hosts = new Map<string, Set<string>>();
  for (const test of tests) {
    for (const end of ["source", "destination"]) {
      const host = hostOf(test[`input-${end}`], test[end]);
      const address = normalised(test[end]);
      if (host === undefined || address === undefined) continue;
      const known = hosts.get(host) ?? new Set();
      hosts.set(host, known.add(address));
    }
  }
  return hosts;
}

/** What may tell tests of one link and kind apart, and how it is called. */
const DISTINCTIONS: readonly (readonly [name: string, parameter: string])[] = [
  ["tool", "tool-name"],
  ["protocol", "ip-transport-protocol"],
  ["streams", "bw-parallel-streams"],
  ["bandwidth", "bw-target-bandwidth"],
];

/**
 * What tells tests of one link apart: those of tool, protocol, streams and
 * bandwidth that are not the same in all of them.
 *
 * @param tests The tests, as the archive describes them.
 * @returns For each test, in order, what differs; nothing if nothing does, and
 * what a test does not have is left out.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { distinctions } from "@esmond/client/insight";
 *
 * const tool = { "tool-name": "pscheduler/iperf3" };
 * const [first, second] = distinctions([
 *   { ...tool, "bw-parallel-streams": "2" },
 *   { ...tool, "ip-transport-protocol": "udp", "bw-target-bandwidth": "1e9" },
 * ]);
 * assertEquals(first, { streams: "2" });
 * assertEquals(second, { protocol: "udp", bandwidth: "1e9" });
 * ```
 */
export function distinctions(
  tests: readonly WireMetadata[],
): Record<string, string>[] {
  const differing = DISTINCTIONS.filter(([, parameter]) =>
    new Set(tests.map((test) => textOf(test[parameter]))).size > 1
  );
  return tests.map((test) =>
    Object.fromEntries(differing.flatMap(([name, parameter]) => {
      const text = textOf(test[parameter]);
      return text === undefined ? [] : [[name, text]];
    }))
  );
}

/** A parameter as text, because esmond sends numbers as text. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
