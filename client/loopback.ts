/**
 * Hosts that are this machine.
 *
 * @module
 */

/**
 * Whether a host can only mean the machine that names it, whatever a name
 * service answers.
 *
 * @param host A name or an address; IPv6 with or without brackets.
 */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.*\.)?localhost\.?|127(?:\.\d+){3}|\[?::1\]?)$/i.test(host);
}
