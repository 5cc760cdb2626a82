/**
 * The transport of a command: the platform's `fetch`, unless options or the
 * environment ask for more.
 *
 * @module
 */

import type { Io } from "../io.ts";
import {
  type ConnectionOptions,
  PROXY_VARIABLES,
  type Transport,
} from "./common.ts";

/**
 * Makes the transport of a command.
 *
 * @param options The command line.
 * @param url The address of the archive, valid or not.
 * @param io Where warnings go, and the environment.
 * @throws {UsageError} for options that cannot be used.
 */
export async function openTransport(
  options: ConnectionOptions,
  url: string,
  io: Pick<Io, "note" | "env" | "hide">,
): Promise<Transport> {
  const proxies = [
    options.text("proxy"),
    ...Object.values(PROXY_VARIABLES).flat().map(io.env),
  ].filter((proxy) => proxy?.includes("@"));
  if (proxies.length > 0) {
    const { hideLogin } = await import("./proxy.ts");
    for (const proxy of proxies) hideLogin(proxy!, io);
  }
  if (!isAsked(options, io)) return { close: () => {} };
  const { open } = await import("./open.ts");
  return await open(options, url, io);
}

const FILES_AND_PROXY = [
  "cacert",
  "client-cert",
  "client-key",
  "proxy",
] as const;

function isAsked(options: ConnectionOptions, io: Pick<Io, "env">): boolean {
  return options.flag("insecure") || options.texts("pin").length > 0 ||
    FILES_AND_PROXY.some((name) => options.text(name) !== undefined) ||
    // The platform sends a proxy's password to the archive, too.
    PROXY_VARIABLES["https:"]!.some((name) => io.env(name)?.includes("@"));
}
