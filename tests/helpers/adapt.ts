/**
 * Recordings hold the questions that the Python client asked. Where this client
 * words one in another way on purpose, and the recording does not hold that
 * wording, the answer that it does hold is put under it: nothing is invented.
 */

import type { Exchange } from "../servers/replay.ts";

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

/** D26: no doubled slashes. */
export function withSingleSlashes(exchanges: Exchange[]): Exchange[] {
  return exchanges.flatMap((each) => {
    const path = each.request.path.replace(/\/\/+/g, "/");
    return path === each.request.path
      ? [each]
      : [each, { ...each, request: { ...each.request, path } }];
  });
}
