/** Asking a server once, for tests of what becomes of its answer. */

import {
  type HttpAnswer,
  type HttpOptions,
  type HttpRequest,
  request,
} from "../../client/http.ts";
import {
  type ArchiveList,
  readList,
  requestReading,
} from "../../client/reading.ts";
import { withServer } from "../servers/serve.ts";

/** What must not reach a terminal. */
// deno-lint-ignore no-control-regex -- that is what it looks for
export const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/** Asks once, with a timeout that only fires if something hangs. */
export function get(
  address: string,
  options: Partial<HttpOptions> = {},
): Promise<HttpAnswer> {
  return request(
    { url: new URL(address) },
    { timeout: 60, retries: 0, ...options },
  );
}

/** Asks for a list. */
export async function requestList(
  what: HttpRequest,
  options: HttpOptions,
): Promise<ArchiveList> {
  const { value } = await requestReading(what, options, (answer) => ({
    value: readList(answer, what.received),
  }));
  return value;
}

/** Asks for a list once. */
export function getList(
  address: string,
  received?: number,
): Promise<ArchiveList> {
  return requestList(
    { url: new URL(address), ...(received === undefined ? {} : { received }) },
    { timeout: 60, retries: 0 },
  );
}

/** The list that a server sends which answers everything so. */
export async function listFor(
  body: string | Uint8Array<ArrayBuffer> | null,
  headers: HeadersInit = { "content-type": "application/json" },
): Promise<ArchiveList> {
  return await withServer(
    () => new Response(body, { headers }),
    (origin) => getList(origin),
  );
}

/** Headers of such a media type. */
export function withType(type: string): HeadersInit {
  return { "content-type": type };
}
