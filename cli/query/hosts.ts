/**
 * Names of hosts: where they are looked up, and whether they exist.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ReadingName } from "../names.ts";
import type { OptionsOf } from "../options/table.ts";
import { Hostnames, readHostsFile } from "../output/hostnames.ts";

/** Reads by which names hosts are shown and looked up. */
export async function readHostnames(
  options: OptionsOf<ReadingName>,
  io: Io,
): Promise<Hostnames> {
  const named = options.text("hosts");
  const path = named ?? io.env("ESMOND_HOSTS");
  const namedBy = named === undefined ? "ESMOND_HOSTS" : "--hosts";
  return new Hostnames({
    ...(path ? { hosts: await readHostsFile(path, namedBy) } : {}),
    keepAddresses: options.flag("ip"),
    note: (line) => io.note(line),
    ...(io.resolver ? { resolver: io.resolver } : {}),
  });
}

/**
 * Refuses hosts that do not resolve.
 *
 * @throws {UsageError} that names the option.
 */
export async function checkHosts(
  options: OptionsOf<ReadingName>,
  hostnames: Hostnames,
): Promise<void> {
  for (const name of ["src", "dest", "agent"] as const) {
    for (const host of options.texts(name)) {
      if (host === "" || await hostnames.exists(host)) continue;
      throw new UsageError(
        `--${name}: ${host} does not resolve; give an address, or a name that DNS or --hosts knows`,
      );
    }
  }
}
