/** What archives really answered: the recordings, by what was asked for. */

import { COLLECTIONS } from "../helpers/recordings.ts";
import { type Exchange, fill, textOf } from "../servers/replay.ts";

/** Good answers. */
export interface Answers {
  /** Lists of tests. */
  lists: string[];
  /** The data that fits an address best. */
  dataOf(path: string): string[];
}

/** Longer ones are left out: damage to them is the same, and takes longer. */
const MAX_LENGTH = 60_000;

/** All that are different. */
export function recordedAnswers(): Answers {
  const { directory } = COLLECTIONS[0]!;
  const lists = new Set<string>();
  const data = new Map<string, Set<string>>();
  for (const exchange of exchangesIn(directory)) {
    const { request, response } = exchange;
    const body = fill(textOf(response.body, directory), "http://127.0.0.1:1");
    const isGood = response.status === 200 && request.method === "GET" &&
      /^\s*\[/.test(body) && body.length < MAX_LENGTH;
    if (!isGood) continue;
    const [, name] = /archive\/[^/]+\/([^/]+)\//.exec(request.path) ?? [];
    if (name === undefined) {
      lists.add(body);
      continue;
    }
    data.set(name, (data.get(name) ?? new Set()).add(body));
  }
  const all = [...data.values()].flatMap((each) => [...each]);
  return {
    lists: [...lists],
    dataOf: (path) => {
      const [, name = ""] = /archive\/[^/]+\/([^/]+)\//.exec(path) ?? [];
      return [...data.get(name) ?? all];
    },
  };
}

/** Every exchange of every recording, whatever the file is made of. */
function exchangesIn(directory: string): Exchange[] {
  return ["cli", "lib"].flatMap((kind) =>
    [...Deno.readDirSync(`${directory}/${kind}`)].map(({ name }) => name)
      .filter((name) => name.endsWith(".json")).sort()
      .flatMap((name) => {
        const path = `${directory}/${kind}/${name}`;
        const { exchanges = [], extra_exchanges = [] } = JSON.parse(
          Deno.readTextFileSync(path),
        );
        return [...exchanges, ...extra_exchanges];
      })
  );
}
