/**
 * The permission to use the network, where a platform has such a thing.
 *
 * @module
 */

/**
 * Deno would ask the user for a missing permission; a library has to throw
 * instead.
 */
export function requirePermission({ hostname, port, protocol }: URL): void {
  const host = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  const { Deno: deno } = globalThis as { Deno?: Permitting };
  const status = deno?.permissions?.querySync?.({ name: "net", host });
  if (status === undefined || status.state === "granted") return;
  throw new TypeError(`Requires net access to ${host}`);
}

/** What is used of Deno, whose types other platforms lack. */
interface Permitting {
  permissions?: {
    querySync?(descriptor: { name: "net"; host: string }): { state: string };
  };
}
