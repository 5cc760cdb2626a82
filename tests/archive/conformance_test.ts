/**
 * The archive gives the answers of the real esmond, except where it does better
 * on purpose.
 */

import { assertEquals } from "@std/assert";
import { resolve } from "@std/path";
import { startArchive } from "../../archive/server.ts";
import {
  type Conversation,
  type Difference,
  readConversation,
  replay,
  TOKEN,
} from "./conformance.ts";
import { testUnless } from "../helpers/skipping.ts";

/**
 * Conversation → the requests that are answered better than by the original;
 * docs/archive.md says why.
 */
const BETTER: Record<string, number[]> = {
  "metadata-left-behind": [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  "mixed-1": [],
  "mixed-2": [30, 31, 33, 34, 48, 49, 58, 62, 63],
  "put-half-way": [2],
  "same-second-in-one-put": [
    ...[1, 2, 3, 4, 5, 6, 13, 14, 15, 16, 17, 18],
    ...[25, 26, 27],
  ],
  "summaries-float-bulk": [3, 5, 11, 13],
  "summaries-histogram-again": [4, 5, 11],
  "summaries-histogram-bulk": [3, 4, 8, 9, 12, 13, 16, 17],
};

const HERE = resolve(import.meta.dirname!, "../golden/archive");
const ELSEWHERE = resolve(
  Deno.env.get("GOLDEN_DIR") ?? "../shared/golden",
  "archive",
);

async function differencesOf(
  conversation: Conversation,
): Promise<Difference[]> {
  const archive = await startArchive({ tokens: [TOKEN] });
  try {
    return await replay(conversation, archive.url);
  } finally {
    await archive.close();
  }
}

async function checkAll(directory: string, names: string[]): Promise<void> {
  const wrong: string[] = [];
  for (const name of names) {
    const conversation = await readConversation(`${directory}/${name}`);
    const differences = await differencesOf(conversation);
    const { id, quirks } = conversation;
    const expected = quirks ? BETTER[id] : [];
    // Another collection may have other mixtures; nothing says which of their
    // requests are odd.
    if (expected === undefined) continue;
    const found = differences.map(({ index }) => index);
    if (JSON.stringify(found) === JSON.stringify(expected)) continue;
    wrong.push(...differences.map(({ index, problem }) => {
      return `${id} ${index}: ${problem}`;
    }));
    if (found.length < expected.length) {
      wrong.push(`${id}: differs at ${found}, not at ${expected}`);
    }
  }
  assertEquals(wrong, []);
}

function recordingsIn(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => name)
      .filter((name) => /\.json(?:\.gz)?$/.test(name)).sort();
  } catch {
    return [];
  }
}

Deno.test("the archive answers as recorded, except where it does better", async () => {
  const names = recordingsIn(HERE);
  assertEquals(names.length, 62);
  await checkAll(HERE, names);
});

const noneElsewhere = recordingsIn(ELSEWHERE).length === 0
  ? "there is no ../shared/golden/archive, nor GOLDEN_DIR"
  : undefined;

testUnless(
  noneElsewhere,
  "the archive answers as recorded in a collection elsewhere",
  () => checkAll(ELSEWHERE, recordingsIn(ELSEWHERE)),
);

Deno.test("the replay notices an answer that differs", async () => {
  const conversation = await readConversation(`${HERE}/types-float.json.gz`);
  const last = conversation.requests.at(-2)!;
  last.response.body = last.response.body!.replace("3.1415", "3.1416");
  const differences = await differencesOf(conversation);
  assertEquals(differences.length, 1);
});
