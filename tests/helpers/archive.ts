/** The archive of `archive/`, and requests that write to an archive. */

import { type RunningArchive, startArchive } from "../../archive/server.ts";

/** The one key that may write. */
export const TOKEN = "0123456789abcdef";

/** The path of the list of tests, after the origin. */
export const ROOT = "/esmond/perfsonar/archive/";

const HEADERS = {
  "authorization": `Token ${TOKEN}`,
  "content-type": "application/json",
};

/**
 * A description of a test: event types (with their roll-ups) and whatever else
 * is given.
 */
export function description(
  eventTypes: Record<string, [type: string, window: number][]>,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    "subject-type": "point-to-point",
    "source": "192.0.2.10",
    "destination": "198.51.100.20",
    "measurement-agent": "192.0.2.10",
    "tool-name": "pscheduler/tool",
    "input-source": "ps.alpha.example",
    "input-destination": "ps.beta.example",
    "event-types": Object.entries(eventTypes).map(([name, summaries]) => ({
      "event-type": name,
      "summaries": summaries.map(([type, window]) => ({
        "summary-type": type,
        "summary-window": String(window),
      })),
    })),
    ...more,
  };
}

/** Sends JSON with the key. */
export async function send(
  method: "POST" | "PUT",
  url: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method,
    headers: HEADERS,
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

/** Makes a test and gives its key. */
export async function makeTest(
  origin: string,
  body: Record<string, unknown>,
): Promise<string> {
  const { text } = await send("POST", origin + ROOT, body);
  return JSON.parse(text)["metadata-key"];
}

/** The JSON at an address. */
// deno-lint-ignore no-explicit-any
export async function read(url: string): Promise<any> {
  const response = await fetch(url);
  return await response.json();
}

/**
 * Runs `use` with an archive that {@linkcode TOKEN} may write to, and stops it.
 */
export async function withArchive(
  options: Parameters<typeof startArchive>[0],
  use: (archive: RunningArchive) => Promise<void>,
): Promise<void> {
  const archive = await startArchive({ tokens: [TOKEN], ...options });
  try {
    await use(archive);
  } finally {
    await archive.close();
  }
}
