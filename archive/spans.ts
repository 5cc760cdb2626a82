/**
 * Spans of time that have been read whole.
 *
 * @module
 */

/** A first and a last second, both included. */
export type Span = readonly [first: number, last: number];

/**
 * Adds a span to others; those that touch become one.
 *
 * @param spans Ascending, apart from each other.
 */
export function withSpan(spans: readonly Span[], added: Span): Span[] {
  let [first, last] = added;
  if (first > last) return [...spans];
  const before: Span[] = [];
  const after: Span[] = [];
  for (const span of spans) {
    if (span[1] < first - 1) before.push(span);
    else if (span[0] > last + 1) after.push(span);
    else [first, last] = [Math.min(first, span[0]), Math.max(last, span[1])];
  }
  return [...before, [first, last], ...after];
}

/**
 * What of a span is in none of the others, ascending.
 *
 * @param spans Ascending, apart from each other.
 */
export function without([first, last]: Span, spans: readonly Span[]): Span[] {
  const missing: Span[] = [];
  for (const span of spans) {
    if (span[1] < first) continue;
    if (span[0] > last) break;
    if (span[0] > first) missing.push([first, span[0] - 1]);
    first = span[1] + 1;
  }
  return first <= last ? [...missing, [first, last]] : missing;
}
