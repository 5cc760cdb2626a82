/**
 * The proxy of a request: that of `--proxy`, else of the environment, unless
 * `NO_PROXY` has the host.
 *
 * @module
 */

import { BlockList, isIP } from "node:net";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { DEFAULT_PORTS, PROXY_VARIABLES } from "./common.ts";

/** A proxy. */
export interface Proxy {
  /** `http:`, `https:`, `socks5:` or `socks5h:`. */
  protocol: string;
  /** Its host, without the brackets of IPv6. */
  host: string;
  /** Its port. */
  port: number;
  /** Its address without the login. */
  shown: string;
  /** The login. */
  login?: { username: string; password: string };
  /** Where it is named: `--proxy`, or a variable of the environment. */
  from: string;
}

/**
 * The proxy for an address.
 *
 * @param url The address of the archive.
 * @param typed The value of `--proxy`.
 * @param env The environment.
 * @throws {UsageError} for what is not the address of a proxy; it does not show
 * the address, which may hold a password.
 */
export function proxyFor(
  url: URL,
  typed: string | undefined,
  env: Io["env"],
): Proxy | undefined {
  const proxy = typed === undefined
    ? fromEnv(url, env)
    : readProxy(typed, "--proxy");
  const excepted = env("NO_PROXY") ?? env("no_proxy") ?? "";
  return proxy && !isExcepted(hostOf(url), excepted) ? proxy : undefined;
}

/** The host of an address, without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function fromEnv({ protocol }: URL, env: Io["env"]): Proxy | undefined {
  const name = PROXY_VARIABLES[protocol]?.find((name) => env(name));
  return name === undefined ? undefined : readProxy(env(name)!, name);
}

/**
 * Reads an address such as `http://user:password@host:3128`, `socks5://host`,
 * or `host:3128`.
 */
function readProxy(text: string, from: string): Proxy {
  const word = text.trim();
  const url = URL.parse(
    /^[a-z][a-z\d+.-]*:\/\//i.test(word) ? word : `http://${word}`,
  );
  const port = DEFAULT_PORTS[url?.protocol ?? ""];
  if (
    url === null || port === undefined || !url.hostname || url.search ||
    url.hash || !/^\/?$/.test(url.pathname)
  ) {
    throw new UsageError(
      `${from} is not the address of a proxy: give it as http://host:port or socks5://host:port`,
    );
  }
  return {
    protocol: url.protocol,
    host: hostOf(url),
    port: Number(url.port) || port,
    shown: `${url.protocol}//${url.host}`,
    ...(url.username || url.password ? { login: loginOf(url, from) } : {}),
    from,
  };
}

function loginOf(url: URL, from: string): NonNullable<Proxy["login"]> {
  try {
    return {
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    };
  } catch {
    throw new UsageError(
      `${from}: the user name or password has a % that does not begin a character: write %25 for it`,
    );
  }
}

/**
 * Keeps the password of a proxy out of messages, also as it is sent: a proxy
 * may repeat it.
 */
export function hideLogin(text: string, io: Pick<Io, "hide">): void {
  let login: Proxy["login"];
  try {
    login = readProxy(text, "").login;
  } catch {
    return; // it is not used, or refused without being shown
  }
  if (login === undefined) return;
  const sent = `${login.username}:${login.password}`;
  io.hide?.(login.password);
  io.hide?.(btoa(String.fromCharCode(...new TextEncoder().encode(sent))));
}

/**
 * Whether `NO_PROXY` has a host: its name, a domain above it, its address, or
 * its network.
 */
function isExcepted(host: string, list: string): boolean {
  const entries = list.split(",").map((entry) => entry.trim().toLowerCase());
  const name = host.toLowerCase().replace(/\.$/, "");
  const family = isIP(name);
  return entries.some((entry) => {
    if (entry === "") return false;
    if (entry === "*") return true;
    if (family !== 0) return isInside(name, family, entry);
    const domain = entry.replace(/^\*?\./, "");
    return name === domain || name.endsWith(`.${domain}`);
  });
}

function isInside(address: string, family: number, entry: string): boolean {
  const [network = "", bits] = entry.replace(/[[\]]/g, "").split("/");
  if (isIP(network) !== family) return false;
  const kind = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  if (bits === undefined) list.addAddress(network, kind);
  else if (
    /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  ) {
    list.addSubnet(network, Number(bits), kind);
  }
  return list.check(address, kind);
}
