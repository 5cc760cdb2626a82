/**
 * The only place that builds addresses of an archive.
 *
 * @module
 */

import { ArchiveResponseError, FilterError } from "./errors.ts";
import { quoted } from "./text.ts";

const ARCHIVE_PATH = "/perfsonar/archive/";

/**
 * Where an archive is: the root of its REST interface on the origin that the
 * user named.
 */
export class ArchiveAddress {
  /** The list of tests; ends in `/perfsonar/archive/`. */
  readonly root: URL;
  /**
   * Whether the path of the list ends without a slash; `undefined` until the
   * archive has answered.
   */
  isBare?: boolean;

  /**
   * Reads the address.
   *
   * @param apiUrl Scheme, host, port, and the path in front of the alias if
   * there is one; or a file, which some other `fetch` than the platform's reads.
   * @param scriptAlias Where the web server mounts the archive; empty for
   * nowhere.
   * @throws {FilterError} for what is neither an http address nor a file, or
   * carries a query or credentials.
   */
  constructor(apiUrl: string | URL, scriptAlias: string | null | undefined) {
    const url = parseApiUrl(apiUrl);
    const alias = withoutEndSlashes((scriptAlias ?? "").replace(/^\/+/, ""));
    const base = withoutEndSlashes(url.pathname);
    if (/[?#]/.test(alias)) {
      throw new FilterError(
        "scriptAlias",
        `${quoted(alias)} is not an alias: it holds a ? or a #`,
      );
    }
    this.root = new URL(url);
    this.root.pathname = `${base}${alias && `/${alias}`}${ARCHIVE_PATH}`;
  }

  /**
   * One test, to read it or to write many points to it; with the closing slash
   * that esmond needs for writing.
   */
  test(key: string): URL {
    return new URL(`${segment(key)}/`, this.root);
  }

  /** The base data of an event type, for writing. */
  data(key: string, eventType: string): URL {
    const path = `${segment(eventType)}/base`;
    return new URL(path, this.test(key));
  }

  /**
   * The list of matching tests.
   *
   * @param isBare Whether its path ends without a slash.
   */
  list(parameters: Iterable<[string, string]>, isBare = false): URL {
    const url = new URL(this.root);
    if (isBare) url.pathname = withoutEndSlashes(url.pathname);
    url.search = queryOf(parameters);
    return url;
  }

  /**
   * The address of a `uri` or `base-uri` that the archive sent: its path within
   * the archive, on the origin that the user named. Host and alias that the
   * archive sent are ignored.
   *
   * @throws {ArchiveResponseError} for a path outside the archive.
   */
  resolve(uri: string, parameters: Iterable<[string, string]>): URL {
    const path = this.#pathOf(uri);
    const at = path.indexOf(ARCHIVE_PATH);
    if (at < 0 || ENCODED_SLASH.test(path)) {
      throw new ArchiveResponseError(
        `it names ${quoted(uri)}, which is outside the archive`,
        { url: this.root.href },
      );
    }
    // Put together as text, and parsed once: each change of a URL is parsed.
    const query = queryOf(parameters);
    const inside = path.slice(at + ARCHIVE_PATH.length);
    return new URL(`${this.root.href}${inside}${query && `?${query}`}`);
  }

  /** The path of an address that the archive sent; empty if it has none. */
  #pathOf(uri: string): string {
    if (PLAIN_PATH.test(uri)) return uri;
    const url = parseUrl(uri, this.root);
    const isArchive = url !== undefined &&
      (/^https?:$/.test(url.protocol) || url.protocol === this.root.protocol);
    return isArchive ? url.pathname : "";
  }
}

/** A path in which no URL would change anything, as nearly all are. */
const PLAIN_PATH = /^(?:\/[\w-]+)+\/?$/;

/** `URL.parse`, which is younger than some platforms. */
export function parseUrl(text: string | URL, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** Whether an address lies within the archive of another one. */
export function isWithinArchive(known: URL, other: URL): boolean {
  const at = known.pathname.indexOf(ARCHIVE_PATH);
  const root = known.pathname.slice(0, at + ARCHIVE_PATH.length);
  return at >= 0 && other.pathname.startsWith(root) &&
    !ENCODED_SLASH.test(other.pathname);
}

/** After these, a server may decode dots that lead out of the archive. */
const ENCODED_SLASH = /%2f|%5c/i;

/** In a loop, because `/\/+$/` takes minutes for many slashes elsewhere. */
function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** One segment of a path. */
function segment(name: string): string {
  if (["", ".", ".."].includes(name)) {
    throw new FilterError("metadataKey", `${quoted(name)} is not a name`);
  }
  return encodeURIComponent(name);
}

function parseApiUrl(apiUrl: string | URL): URL {
  const url = parseUrl(apiUrl);
  const isWeb = /^https?:$/.test(url?.protocol ?? "") && url?.hostname !== "";
  if (url === undefined || !isWeb && url.protocol !== "file:") {
    throw new FilterError(
      "apiUrl",
      `${
        quoted(withoutCredentials(String(apiUrl)))
      } is not the address of an archive: give it as http://host:port or https://host`,
    );
  }
  if (url.username || url.password) {
    throw new FilterError(
      "apiUrl",
      "the address of the archive holds a user name or password: leave them out, archives take an API key",
    );
  }
  if (url.search || url.hash) {
    throw new FilterError(
      "apiUrl",
      `the address of the archive has something after a ${
        url.search ? "?" : "#"
      }: leave that out, filters and the API key are given separately`,
    );
  }
  return url;
}

/**
 * An address, or an attempt at one, fit to be shown: without user name,
 * password, query and fragment.
 */
export function withoutCredentials(address: string): string {
  const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(address)?.[0] ?? "";
  // A password may hold any character, an @ too.
  const host = address.slice(
    Math.max(scheme.length, address.lastIndexOf("@") + 1),
  );
  return scheme + host.replace(/[?#].*/s, "");
}

function queryOf(parameters: Iterable<[string, string]>): string {
  const all = [...parameters];
  return all.every(([name, value]) => PLAIN.test(name) && PLAIN.test(value))
    ? all.map(([name, value]) => `${name}=${value}`).join("&")
    : new URLSearchParams(all).toString();
}

/** Text that is sent as it is; looking is far quicker than encoding it. */
const PLAIN = /^[\w.-]*$/;
