/**
 * Names for addresses and addresses for names: from a hosts file, then from
 * DNS, many at once, each once, never for long.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import { UsageError } from "../errors.ts";
import type { Resolver } from "../io.ts";

/** Time limit of a look-up, in ms. */
const LOOKUP_TIMEOUT = 3000;

/** Look-ups at a time. */
const CONCURRENCY = 64;

/** Look-ups without an answer after which the name service counts as dead. */
const GIVE_UP_AFTER = 8;

/** Options of {@linkcode Hostnames}. */
export interface HostnamesOptions {
  /** The text of a hosts file. */
  hosts?: string;
  /**
   * Whether addresses are shown as they are.
   *
   * @default {false}
   */
  keepAddresses?: boolean;
  /** The name service; the system's if absent. */
  resolver?: Resolver;
  /** Told once when the name service does not answer. */
  note?: (line: string) => void;
}

/** Shows addresses by their names, and checks names. */
export class Hostnames {
  /** Whether addresses are shown as they are. */
  readonly keepsAddresses: boolean;
  readonly #hosts: HostsFile;
  readonly #resolver: Resolver;
  readonly #note: (line: string) => void;
  readonly #names = new Map<string, string | Promise<string>>();
  readonly #waiting: (() => void)[] = [];
  #free = CONCURRENCY;
  #timeouts = 0;

  /** Reads the hosts file; looks up nothing. */
  constructor(options: HostnamesOptions = {}) {
    this.#hosts = new HostsFile(options.hosts ?? "");
    this.keepsAddresses = options.keepAddresses ?? false;
    this.#note = options.note ?? (() => {});
    this.#resolver = options.resolver ?? permittedResolver(this.#note);
  }

  /** The name of an address; the text itself if it has none. */
  show(address: string): string | Promise<string> {
    if (this.keepsAddresses) return address;
    const asked = this.#names.get(address);
    if (asked !== undefined) return asked;
    if (!isAddress(address)) return address;
    const known = this.#hosts.name(address);
    if (known !== undefined) return known;
    const name = this.#ask(() => this.#resolver.reverse(address))
      .catch(() => "").then((found) => {
        this.#names.set(address, found || address);
        return found || address;
      });
    this.#names.set(address, name);
    return name;
  }

  /** Whether a host is an address, or a name that has one. */
  async exists(host: string): Promise<boolean> {
    if (isAddress(host) || this.#hosts.has(host)) return true;
    try {
      const found = await this.#ask(() => this.#resolver.addresses(host));
      return found.length > 0;
    } catch {
      // not known here: the archive resolves the name itself, or says that it
      // cannot
      return true;
    }
  }

  /** The addresses of a name; none where the name service does not answer. */
  async addresses(name: string): Promise<string[]> {
    const known = this.#hosts.addresses(name);
    if (known.length > 0) return known;
    return await this.#ask(() => this.#resolver.addresses(name))
      .catch(() => []);
  }

  /**
   * Asks the name service in its turn.
   *
   * @throws What that throws, or that it does not answer.
   */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    await this.#acquire();
    try {
      if (this.#timeouts >= GIVE_UP_AFTER) throw new LookupTimeout();
      return await within(LOOKUP_TIMEOUT, question());
    } catch (error) {
      if (
        error instanceof LookupTimeout && ++this.#timeouts === GIVE_UP_AFTER
      ) {
        this.#note(
          "the name service does not answer: addresses are shown as they are (--ip does so without asking)",
        );
      }
      throw error;
    } finally {
      this.#release();
    }
  }

  async #acquire(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}

/**
 * Reads a hosts file.
 *
 * @param path The file.
 * @param namedBy The option or variable that names it.
 * @throws {UsageError} if it cannot be read.
 */
export async function readHostsFile(
  path: string,
  namedBy = "--hosts",
): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : (error as Error).message;
    throw new UsageError(`${namedBy}: cannot read ${path}: ${why}`);
  }
}

/** A file like `/etc/hosts`: an address and its names on each line. */
class HostsFile {
  readonly #byAddress = new Map<string, string>();
  readonly #addresses = new Map<string, string[]>();

  constructor(text: string) {
    for (const line of text.split(/\r?\n/)) {
      const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
      if (!address || names.length === 0 || !isAddress(address)) continue;
      for (const name of names) {
        const key = name.toLowerCase();
        const known = new Set(this.addresses(key)).add(address);
        this.#addresses.set(key, [...known]);
      }
      const shown = names.find((name) => name.includes(".")) ?? names[0]!;
      const key = canonical(address);
      if (!this.#byAddress.has(key)) this.#byAddress.set(key, shown);
    }
  }

  name(address: string): string | undefined {
    return this.#byAddress.get(canonical(address));
  }

  has(name: string): boolean {
    return this.#addresses.has(name.toLowerCase());
  }

  addresses(name: string): string[] {
    return this.#addresses.get(name.toLowerCase()) ?? [];
  }
}

/** The one spelling of an address: IPv6 has many. */
function canonical(address: string): string {
  if (!address.includes(":")) return address;
  const url = URL.parse(`http://[${withoutZone(address)}]/`);
  return url?.hostname ?? address;
}

/** Whether a text is an address; it may name a zone, as `fe80::1%eth0`. */
export function isAddress(text: string): boolean {
  return familyOf(withoutZone(text)) !== undefined;
}

function withoutZone(address: string): string {
  return address.includes(":") ? address.split("%")[0]! : address;
}

class LookupTimeout extends Error {}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LookupTimeout()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The system's name service, unless Deno would ask about each address. */
function permittedResolver(note: (line: string) => void): Resolver {
  const { state } = Deno.permissions.querySync({ name: "net" });
  if (state === "granted") return systemResolver;
  const refused = new Error("names may not be looked up");
  let isTold = false;
  return {
    reverse: () => {
      if (!isTold) {
        note(
          "addresses are shown as they are: to look up names takes --allow-net without a host (--ip shows addresses without a word)",
        );
      }
      isTold = true;
      return Promise.reject(refused);
    },
    addresses: () => Promise.reject(refused),
  };
}

const systemResolver: Resolver = {
  async reverse(address) {
    const dns = (await import("node:dns")).promises;
    // The system's look-up reads /etc/hosts, too; runtimes without it ask DNS.
    if (typeof dns.lookupService === "function") {
      return (await dns.lookupService(address, 0)).hostname;
    }
    const [name] = await Deno.resolveDns(pointerName(address), "PTR");
    return name?.replace(/\.$/, "") ?? address;
  },
  async addresses(name) {
    const dns = (await import("node:dns")).promises;
    try {
      const found = await dns.lookup(name, { all: true });
      return found.map(({ address }) => address);
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOTFOUND") return [];
      throw error;
    }
  },
};

/**
 * The DNS name that has the name of an address: the address backwards, digit by
 * digit for IPv6.
 */
export function pointerName(address: string): string {
  if (familyOf(address) === 4) {
    return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  }
  const [head = "", tail = ""] = canonical(address).slice(1, -1).split("::");
  const [first, last] = [head, tail].map((part) =>
    part.split(":").filter(Boolean).map((group) => group.padStart(4, "0"))
  ) as [string[], string[]];
  const zeros = Array(8 - first.length - last.length).fill("0000");
  const digits = [...first, ...zeros, ...last].join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa`;
}
