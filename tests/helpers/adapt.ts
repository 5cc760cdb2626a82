/**
 * Recordings hold the questions that the Python client asked. Where this client
 * words one in another way on purpose, and the recording does not hold that
 * wording, the answer that it does hold is put under it: nothing is invented.
 */

import { type Exchange, textOf } from "../servers/replay.ts";

const LIMIT = 1000;

/**
 * D33: the list is asked for without the end of the window, where the recording
 * has it only with the end.
 */
export function withOpenLists(exchanges: Exchange[]): Exchange[] {
  const lists = exchanges.filter(({ request }) =>
    request.path.endsWith("/perfsonar/archive/")
  );
  const isOpen = ({ request }: Exchange) =>
    request.query.every(([name]) => name !== "time-end");
  if (lists.some(isOpen)) return exchanges;
  const open = lists.map(({ request, response }): Exchange => ({
    request: {
      ...request,
      query: request.query.filter(([name]) => name !== "time-end"),
    },
    response: {
      ...response,
      headers: Object.fromEntries(
        Object.entries(response.headers).map((
          [name, value],
        ) => [name, value.replace(/&time-end=\d+/, "")]),
      ),
    },
  }));
  return [...exchanges, ...open];
}

/**
 * D01: pages of data are asked for by offset, where the recording has them by
 * the second after the last.
 */
export function withOffsets(
  exchanges: Exchange[],
  directory: string,
): Exchange[] {
  const added: Exchange[] = [];
  for (const first of exchanges) {
    if (Number(parameter(first, "limit")) !== LIMIT) continue;
    let page: Exchange | undefined = first;
    for (let offset = LIMIT; page !== undefined; offset += LIMIT) {
      const after = secondAfter(page, directory);
      page = after === undefined
        ? undefined
        : exchanges.find((each) =>
          each.request.path === first.request.path &&
          Number(parameter(each, "time-start")) === after
        );
      if (page === undefined) break;
      const query: [string, string][] = [
        ...first.request.query,
        ["offset", String(offset)],
      ];
      added.push({
        request: { ...first.request, query },
        response: page.response,
      });
    }
  }
  const asked = new Set(exchanges.map(nameOf));
  return [...exchanges, ...added.filter((each) => !asked.has(nameOf(each)))];
}

/** D26: no doubled slashes. */
export function withSingleSlashes(exchanges: Exchange[]): Exchange[] {
  return exchanges.flatMap((each) => {
    const path = each.request.path.replace(/\/\/+/g, "/");
    return path === each.request.path
      ? [each]
      : [each, { ...each, request: { ...each.request, path } }];
  });
}

function parameter({ request }: Exchange, name: string): string | undefined {
  return request.query.find(([key]) => key === name)?.[1];
}

function nameOf({ request }: Exchange): string {
  return JSON.stringify([request.path, [...request.query].sort()]);
}

/** The second after the last of a full page. */
function secondAfter(
  { response }: Exchange,
  directory: string,
): number | undefined {
  if (response.status !== 200) return undefined;
  const points = JSON.parse(textOf(response.body, directory)) as {
    ts: number;
  }[];
  return points.length === LIMIT ? points.at(-1)!.ts + 1 : undefined;
}
