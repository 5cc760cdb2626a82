/**
 * Whether a failed request is worth another attempt, and when.
 *
 * @module
 */

import { DEFAULT_RETRIES } from "./defaults.ts";
import { onAbort } from "./signals.ts";

/** Result of one attempt. */
export interface Attempt {
  /** Number of attempts so far, this one included. */
  tries: number;
  /** The status of the answer; absent when the connection failed. */
  status?: number;
  /** The `Retry-After` header of the answer. */
  retryAfter?: string | null;
}

/** How often to try again, and how soon. */
export interface RetryPolicy {
  /** Further attempts after the first. */
  retries: number;
  /** Delay before the second attempt, in ms; it doubles each time. */
  baseDelay: number;
  /** Longest delay, in ms, whatever the archive asks for. */
  maxDelay: number;
}

/**
 * The default policy: three more attempts, after about half a second, one and
 * two.
 */
export const DEFAULT_POLICY: RetryPolicy = {
  retries: DEFAULT_RETRIES,
  baseDelay: 500,
  maxDelay: 60_000,
};

const WORTH_RETRYING = new Set([408, 429, 500, 502, 503, 504]);

/**
 * The delay before the next attempt, in ms; `undefined` if there is none.
 *
 * @param attempt Result of the last attempt.
 * @param policy How often, and how soon.
 * @param now The clock, in ms since 1970, for a `Retry-After` that is a date.
 * @param random A number from 0 to 1: half of each delay is jitter, so that
 * many clients do not return at once.
 */
export function retryDelay(
  attempt: Attempt,
  policy: RetryPolicy,
  now: number,
  random: number,
): number | undefined {
  if (attempt.tries > policy.retries) return undefined;
  if (attempt.status !== undefined && !WORTH_RETRYING.has(attempt.status)) {
    return undefined;
  }
  const backoff = policy.baseDelay * 2 ** (attempt.tries - 1) *
    (0.5 + random / 2);
  const asked = retryAfterDelay(attempt.retryAfter, now);
  return Math.min(Math.max(backoff, asked), policy.maxDelay);
}

/**
 * The delay before the next attempt by the default policy, in ms; `undefined`
 * if there is none.
 *
 * @param tries Number of attempts so far.
 * @param again Result of the last one; `undefined` if another is pointless.
 * @param retries Further attempts after the first.
 */
export function delayAfter(
  tries: number,
  again: Omit<Attempt, "tries"> | undefined,
  retries: number = DEFAULT_POLICY.retries,
): number | undefined {
  return again && retryDelay(
    { tries, ...again },
    { ...DEFAULT_POLICY, retries },
    Date.now(),
    Math.random(),
  );
}

/**
 * The delay in a `Retry-After` header, in ms: seconds or a date; 0 if it is
 * absent or invalid.
 */
function retryAfterDelay(
  header: string | null | undefined,
  now: number,
): number {
  if (!header) return 0;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(/ \d{4}$/.test(header) ? `${header} GMT` : header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

/** Waits; rejects with the reason of the first signal that fires. */
export function sleep(ms: number, ...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      end();
      resolve();
    }, ms);
    const end = onAbort(signals, (reason) => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}
