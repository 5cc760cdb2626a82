/**
 * What a person can do about an archive that cannot be reached: by options,
 * which the library does not know.
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

/** Adds it to the message of an error. */
export function addWayOut(
  error: EsmondError,
  options: ConnectionOptions,
  env: Io["env"],
): void {
  const failed = error instanceof PostDataError ? error.cause : error;
  if (!(failed instanceof ArchiveUnreachableError)) return;
  const { reason, url } = failed;
  const asked = new URL(url);
  const proxy = proxyOf(asked, options, env);
  const found = WAYS.find(([pattern]) => pattern.test(reason));
  error.message += found?.[1](asked.origin) ??
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
    return undefined; // a variable that names no proxy is none
  }
}

/** How to accept a certificate all the same. */
function trusting(origin: string, isForAuthority: boolean): string {
  const ways = [
    ...(isSound() ? [`--pin, which esmond-ps trust ${origin} shows`] : []),
    ...(isForAuthority ? ["--cacert FILE, which names its authority"] : []),
  ];
  if (ways.length === 0) return "";
  return `; if it is the archive's all the same, trust it with ${
    ways.join(", or with ")
  }`;
}

/** What a reason calls for; others may lie with the proxy. */
const WAYS: [reason: RegExp, way: (origin: string) => string][] = [
  [
    /certificate is not accepted: .* authority/,
    (origin) => trusting(origin, true),
  ],
  [/certificate is not accepted/, (origin) => trusting(origin, false)],
  [
    /not the pinned one/,
    (origin) =>
      `; esmond-ps trust ${origin} shows it: give another --pin only if whoever runs the archive confirms it`,
  ],
  [
    /wants a client certificate/,
    () => "; --client-cert FILE and --client-key FILE name one",
  ],
];
