/** Requests as text, for {@linkcode RawClient}, and what comes of them. */

import { assert } from "@std/assert";
import { ROOT, TOKEN } from "../helpers/archive.ts";
import { RawClient } from "./raw_client.ts";

/** Bounds that are soon reached. */
export const SLOW = {
  limits: {
    headersMs: 1000, // well before the idle limit
    requestMs: 2500,
    idleMs: 1800,
    keepAliveMs: 500,
  },
};

/** A request for the list of tests, without its end. */
export const GET = `GET ${ROOT} HTTP/1.1\r\nHost: localhost\r\n`;

/** A request that describes a test, without its end. */
export const POST = `POST ${ROOT} HTTP/1.1\r\nHost: localhost\r\n` +
  `Authorization: Token ${TOKEN}\r\nContent-Type: application/json\r\n`;

/** Sends a text on a connection of its own; the answer. */
export async function ask(url: string, text: string) {
  const client = await RawClient.to(url);
  try {
    await client.send(text);
    return await client.answer();
  } finally {
    client.close();
  }
}

/** The reason in a refusal, which is one line of JSON. */
export function detailOf(body: string): string {
  assert(!body.includes("\n"), body);
  return JSON.parse(body).detail;
}
