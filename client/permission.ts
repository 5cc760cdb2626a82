/**
 * The permission to use the network, where a platform has such a thing.
 *
 * @module
 */

/**
 * Deno would ask the user for a missing permission; a library has to throw
 * instead.
 */
export function requirePermission(url: URL): void {
  // Asked for each request, that would take a tenth of a short one.
  if (url.origin === granted) return;
  const { hostname, port, protocol } = url;
  const host = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  const { Deno: deno } = globalThis as { Deno?: Permitting };
  const status = deno?.permissions?.querySync?.({ name: "net", host });
  if (status !== undefined && status.state !== "granted") {
    throw new TypeError(`Requires net access to ${host}`);
  }
  granted = url.origin;
}

/** The origin that was allowed last. */
let granted: string | undefined;

/** What is used of Deno, whose types other platforms lack. */
interface Permitting {
  permissions?: {
    querySync?(descriptor: { name: "net"; host: string }): { state: string };
  };
}
