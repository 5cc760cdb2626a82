/**
 * What options name that take a file, or an address.
 *
 * @module
 */

import { UsageError } from "../errors.ts";

/** Whether it is an address. */
export function isAddress(text: string | undefined): boolean {
  return /^https?:/i.test(text ?? "");
}

/**
 * Refuses an address that has forgotten how it begins, which would be a file.
 *
 * @throws {UsageError} that says how it begins.
 */
export function checkTarget(target: string): void {
  if (!/^[\w.-]+:\d+(?:\/|$)/.test(target)) return;
  throw new UsageError(
    `--to: ${target} is an address: give it as http://${target}`,
  );
}

/**
 * Whether a path is standard input: by the name that the system has for it,
 * Deno opens it only with every permission.
 */
export function isStandardInput(path: string): boolean {
  return path === "-" || path === "/dev/stdin";
}

/** The file beside a file that is kept locked while it is copied to. */
export function lockOf(file: string): string {
  return `${file}-lock`;
}
