/**
 * The values of `dns-match-rule`.
 *
 * @module
 */

/**
 * Which of a host's addresses a search looks for, by the value of
 * `dns-match-rule`.
 */
export const MATCH_RULES: Readonly<
  Record<string, (v4: string[], v6: string[]) => string[]>
> = {
  "v4v6": (v4, v6) => [...v4, ...v6],
  "prefer-v4": (v4, v6) => v4.length > 0 ? v4 : v6,
  "prefer-v6": (v4, v6) => v6.length > 0 ? v6 : v4,
  "only-v4": (v4) => v4,
  "only-v6": (_, v6) => v6,
};
