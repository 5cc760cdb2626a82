/**
 * A request, and its URL.
 *
 * @module
 */

import { Refusal } from "./answers.ts";

/** A request; its body is read on demand. */
export interface ArchiveRequest {
  /** `GET` and so on. */
  readonly method: string;
  /** The address. */
  readonly url: URL;
  /** A header by its name in lower case; of a repeated one the first. */
  header(name: string): string | undefined;
  /**
   * The body.
   *
   * @param limit How many bytes at most.
   * @throws {Refusal} if it is longer, is cut off, or does not arrive in time.
   */
  read(limit: number): Promise<Uint8Array>;
}

/**
 * A host and a port, and nothing else that a URL could have, such as a user.
 */
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{0,5})?$/i;

/**
 * The address of a request.
 *
 * @param target The target of the request line.
 * @param host The header `Host`, or a substitute.
 * @throws {Refusal} 400 if it is not a valid address.
 */
export function addressOf(target: string, host: string): URL {
  const whole = /^https?:\/\/([^/?#]*)(.*)$/is.exec(target); // as a proxy asks
  const [name, path] = whole ? [whole[1]!, whole[2]!] : [host, target];
  if (!HOST.test(name)) throw new Refusal("The header Host is not a host.");
  const text = `http://${name}${path}`;
  if (!/^[/?]/.test(path) || !URL.canParse(text)) {
    throw new Refusal("The target of the request is not an address.");
  }
  return new URL(text);
}
