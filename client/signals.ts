/**
 * Listening to several signals; `AbortSignal.any` is younger than some
 * platforms.
 *
 * @module
 */

/**
 * Calls `stop` once with the reason of the first signal that fires; at once, if
 * one has.
 *
 * @returns Ends the listening, for signals that outlive what they stop.
 */
export function onAbort(
  signals: readonly AbortSignal[],
  stop: (reason: unknown) => void,
): () => void {
  const end = () => {
    for (const signal of signals) signal.removeEventListener("abort", fire);
  };
  const fire = () => {
    end();
    stop(signals.find(({ aborted }) => aborted)!.reason);
  };
  for (const signal of signals) signal.addEventListener("abort", fire);
  if (signals.some(({ aborted }) => aborted)) fire();
  return end;
}
