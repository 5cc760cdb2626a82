/**
 * Suggestions for misspelt words.
 *
 * @module
 */

/**
 * ` (did you mean CANDIDATE?)` for the nearest candidate, or nothing when none
 * is near.
 */
export function suggestion(word: string, candidates: Iterable<string>): string {
  let best = "";
  let least = Math.max(2, Math.floor(word.length * 0.45)) + 1;
  for (const candidate of candidates) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best && ` (did you mean ${best}?)`;
}

/**
 * How far apart two words are: an ending that only one of them has counts as
 * one letter if they begin almost alike.
 */
function distanceOf(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  const apart = editDistance(one, other);
  if (length < 5) return apart;
  const begun = editDistance(one.slice(0, length), other.slice(0, length));
  return begun > length / 4 ? apart : Math.min(apart, begun + 1);
}

/**
 * How many letters have to be put in, taken out or changed to make one word of
 * the other.
 */
function editDistance(one: string, other: string): number {
  if (one.length > 64) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
