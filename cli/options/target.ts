/**
 * What options name that take a file, or an address.
 *
 * @module
 */

/** Whether it is an address. */
export function isAddress(text: string | undefined): boolean {
  return /^https?:/i.test(text ?? "");
}

/** The file beside a file that is kept locked while it is copied to. */
export function lockOf(file: string): string {
  return `${file}-lock`;
}
