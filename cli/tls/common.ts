/**
 * What the files of this room share: the options that they read, and the tables
 * of proxies.
 *
 * @module
 */

import type { ParsedOptions } from "../names.ts";

/** The options of a command line that say how to connect. */
export type ConnectionOptions = Pick<
  ParsedOptions<
    "cacert" | "client-cert" | "client-key" | "proxy",
    "pin",
    "insecure"
  >,
  "text" | "texts" | "flag"
>;

/** How requests are sent. */
export interface Transport {
  /** What to fetch with; the platform's `fetch` if absent. */
  fetch?: typeof fetch;
  /** Closes the connections; to be called when all is done. */
  close(): void;
}

/**
 * The variables that name a proxy, by the protocol of the archive's address;
 * the first that is set counts.
 */
export const PROXY_VARIABLES: Record<string, readonly string[]> = {
  "https:": ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
  "http:": ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
};

/**
 * The ports of archives and proxies whose addresses name none, by protocol.
 */
export const DEFAULT_PORTS: Record<string, number> = {
  "http:": 80,
  "https:": 443,
  "socks5:": 1080,
  "socks5h:": 1080,
};
