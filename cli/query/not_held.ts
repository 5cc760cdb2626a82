/**
 * Tests of a template that were not found: none of its archives has them, or one
 * of those could not be read.
 *
 * @module
 */

import { ArchiveAddress } from "../../client/address.ts";
import { placeOf } from "../options/values.ts";
import { type ExpectedTest, isOfFamily } from "../template/expected.ts";
import type { MeshTemplate } from "../template/mesh_template.ts";
import type { AnswerSettings, Settings } from "./settings.ts";

/** Tests that were not found. */
export interface NotHeld {
  /** Those that no archive has. */
  absent: ExpectedTest[];
  /** Those that an archive may have which could not be read. */
  unread: ExpectedTest[];
}

/** Sorts the tests that are asked for, and are not held. */
export function notHeld(
  { template, connection, family }:
    & Pick<Settings & AnswerSettings, "connection" | "family">
    & { template: MeshTemplate },
  held: ReadonlySet<ExpectedTest>,
): NotHeld {
  const failed = new Set(connection.failures.map(({ url }) => url));
  const roots = new Map<string, string>();
  const rootOf = (address: string) => {
    const known = roots.get(address);
    if (known !== undefined) return known;
    const { url, scriptAlias } = placeOf(address);
    const { href } = new ArchiveAddress(url, scriptAlias).root;
    roots.set(address, href);
    return href;
  };
  const isUnread = ({ archives }: ExpectedTest) =>
    archives.length === 0
      ? failed.size > 0
      : archives.some((each) => failed.has(rootOf(each)));
  const all = template.without(held).filter((each) => isOfFamily(each, family));
  return {
    absent: all.filter((each) => !isUnread(each)),
    unread: all.filter(isUnread),
  };
}
