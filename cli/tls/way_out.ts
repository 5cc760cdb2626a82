/**
 * Advice for an archive that cannot be reached, by options that the library
 * does not know.
 *
 * @module
 */

import {
  ArchiveUnreachableError,
  type EsmondError,
  PostDataError,
} from "../../client/errors.ts";
import type { Io } from "../io.ts";
import type { ConnectionOptions } from "./common.ts";
import { isSound } from "./platform.ts";
import { type Proxy, proxyFor } from "./proxy.ts";

/** Appends the advice to the message of an error. */
export function addWayOut(
  error: EsmondError,
  options: ConnectionOptions,
  env: Io["env"],
): void {
  const failed = error instanceof PostDataError ? error.cause : error;
  if (!(failed instanceof ArchiveUnreachableError)) return;
  const asked = new URL(failed.url);
  const proxy = proxyOf(asked, options, env);
  const found = ADVICE.find(([reason, , isOfProxy]) =>
    reason.test(failed.reason) && !(isOfProxy && proxy?.protocol === "https:")
  );
  error.message += found?.[1](asked) ??
    (proxy
      ? `; it was asked through the proxy ${proxy.shown} (${proxy.from})`
      : "");
}

function proxyOf(
  url: URL,
  options: ConnectionOptions,
  env: Io["env"],
): Proxy | undefined {
  try {
    return proxyFor(url, options.text("proxy"), env);
  } catch {
    return undefined; // the variable does not name a proxy
  }
}

type Advice = readonly [
  reason: RegExp,
  advice: (asked: URL) => string,
  /** Whether a proxy that is asked by https may be what failed. */
  isOfProxy?: true,
];

/** Advice by reason; any other failure may be the proxy's. */
const ADVICE: readonly Advice[] = [
  [
    /certificate is not accepted: .* authority/,
    ({ origin }) => trusting(origin, true),
  ],
  [/certificate is not accepted/, ({ origin }) => trusting(origin, false)],
  [
    /not the pinned one/,
    ({ origin }) =>
      `; esmond-ps trust ${origin} shows it: give another --pin only if whoever runs the archive confirms it`,
  ],
  [
    /wants a client certificate/,
    () => "; --client-cert FILE and --client-key FILE name one",
  ],
  [
    /nothing there speaks TLS/,
    ({ hostname, port }) => `; try http://${hostname}:${port || 443}`,
    true,
  ],
];

/** How to accept a certificate all the same. */
function trusting(origin: string, isOfAuthority: boolean): string {
  const ways = [
    ...(isSound() ? [`--pin, which esmond-ps trust ${origin} shows`] : []),
    ...(isOfAuthority ? ["--cacert FILE, which names its authority"] : []),
  ];
  if (ways.length === 0) return "";
  return `; if it is the archive's all the same, trust it with ${
    ways.join(", or with ")
  }`;
}
