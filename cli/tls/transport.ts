/**
 * What requests go through: the platform's `fetch` unless the command line asks
 * for more.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { ParsedOptions } from "../names.ts";

/** What requests go through. */
export interface Transport {
  /** What to fetch with; the platform's `fetch` if absent. */
  fetch?: typeof fetch;
  /** Ends the connections; to be called when all is done. */
  close(): void;
}

/**
 * The variables that name a proxy, by the protocol of the archive's address;
 * those that count first in front.
 */
export const PROXY_VARIABLES: Record<string, readonly string[]> = {
  "https:": ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
  "http:": ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
};

/**
 * The ports of archives and proxies whose addresses name none, by the protocol.
 */
export const DEFAULT_PORTS: Record<string, number> = {
  "http:": 80,
  "https:": 443,
  "socks5:": 1080,
  "socks5h:": 1080,
};

/**
 * What the requests of a command go through.
 *
 * @param options The command line.
 * @param url The address of the archive; it need not be a good one.
 * @param io Where warnings go, and the environment.
 * @throws {UsageError} for what cannot be done.
 */
export async function openTransport(
  options: ParsedOptions,
  url: string,
  io: Pick<Io, "note" | "env">,
): Promise<Transport> {
  if (!isAsked(options, io)) return { close: () => {} };
  const { open } = await import("./open.ts");
  return await open(options, url, io);
}

function isAsked(options: ParsedOptions, io: Pick<Io, "env">): boolean {
  return options.flag("insecure") || options.texts("pin").length > 0 ||
    ["cacert", "client-cert", "client-key", "proxy"].some((name) =>
      options.text(name) !== undefined
    ) ||
    // The platform tells a proxy's password to the archive as well.
    PROXY_VARIABLES["https:"]!.some((name) => io.env(name)?.includes("@"));
}
