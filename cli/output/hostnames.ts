/**
 * Names for addresses and addresses for names: a hosts file first, then DNS, at
 * once for many, each asked once, never for long.
 *
 * @module
 */

import { isIP } from "node:net";
import { UsageError } from "../errors.ts";
import type { Resolver } from "../io.ts";

/** How long one answer of the name service is waited for, in ms. */
const LOOKUP_TIMEOUT = 3000;

/** How many questions are asked at once. */
const CONCURRENCY = 64;

/**
 * After so many answers that did not come, the name service is taken for dead.
 */
const GIVE_UP_AFTER = 8;

/** What {@linkcode Hostnames} is made of. */
export interface HostnamesOptions {
  /** The text of a hosts file. */
  hosts?: string;
  /** Whether addresses are shown as they are. */
  keepAddresses?: boolean;
  /** The name service; that of the system if absent. */
  resolver?: Resolver;
  /** Told once when the name service does not answer. */
  note?: (line: string) => void;
}

/** Names and addresses, as they are shown and checked. */
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

  /** Reads the hosts file; nothing is asked yet. */
  constructor(options: HostnamesOptions = {}) {
    this.#hosts = new HostsFile(options.hosts ?? "");
    this.keepsAddresses = options.keepAddresses ?? false;
    this.#note = options.note ?? (() => {});
    this.#resolver = options.resolver ?? permittedResolver(this.#note);
  }

  /**
   * The name that an address is shown by: the address itself where it has none,
   * or where it is no address.
   */
  show(address: string): string | Promise<string> {
    if (this.keepsAddresses || isIP(address) === 0) return address;
    const known = this.#names.get(address) ?? this.#hosts.name(address);
    if (known !== undefined) return known;
    const name = this.#ask(address).then((found) => {
      this.#names.set(address, found);
      return found;
    });
    this.#names.set(address, name);
    return name;
  }

  /**
   * Whether a host can be asked for: an address, or a name that the hosts file
   * or the name service knows.
   */
  async exists(host: string): Promise<boolean> {
    if (isIP(host) !== 0 || this.#hosts.has(host)) return true;
    try {
      return await within(LOOKUP_TIMEOUT, this.#resolver.exists(host));
    } catch {
      // it cannot be told here; the archive resolves the name itself, and says
      // if it cannot
      return true;
    }
  }

  async #ask(address: string): Promise<string> {
    await this.#acquire();
    try {
      if (this.#timeouts >= GIVE_UP_AFTER) return address;
      const name = await within(
        LOOKUP_TIMEOUT,
        this.#resolver.reverse(address),
      );
      return name || address;
    } catch (error) {
      if (
        error instanceof LookupTimeout && ++this.#timeouts === GIVE_UP_AFTER
      ) {
        this.#note(
          "the name service does not answer: addresses are shown as they are (--ip does so without asking)",
        );
      }
      return address;
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
 * Reads a hosts file from disk; `namedBy` is the option or variable that names
 * it.
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

/**
 * A file in the format of `/etc/hosts`: an address and its names on each line.
 */
class HostsFile {
  readonly #byAddress = new Map<string, string>();
  readonly #names = new Set<string>();

  constructor(text: string) {
    for (const line of text.split(/\r?\n/)) {
      const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
      if (!address || names.length === 0 || isIP(address) === 0) continue;
      for (const name of names) this.#names.add(name.toLowerCase());
      const shown = names.find((name) => name.includes(".")) ?? names[0]!;
      const key = canonical(address);
      if (!this.#byAddress.has(key)) this.#byAddress.set(key, shown);
    }
  }

  name(address: string): string | undefined {
    return this.#byAddress.get(canonical(address));
  }

  has(name: string): boolean {
    return this.#names.has(name.toLowerCase());
  }
}

/** One spelling of an address: IPv6 has many. */
function canonical(address: string): string {
  if (isIP(address) !== 6) return address;
  const url = URL.parse(`http://[${address.split("%")[0]}]/`);
  return url?.hostname ?? address;
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

/**
 * The name service of the system, unless Deno would ask a person about each
 * address.
 */
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
    exists: () => Promise.reject(refused),
  };
}

const systemResolver: Resolver = {
  async reverse(address) {
    const dns = (await import("node:dns")).promises;
    // The system's own lookup reads /etc/hosts as well; a runtime without it
    // asks DNS alone.
    if (typeof dns.lookupService === "function") {
      return (await dns.lookupService(address, 0)).hostname;
    }
    const [name] = await Deno.resolveDns(pointerName(address), "PTR");
    return name?.replace(/\.$/, "") ?? address;
  },
  async exists(name) {
    const dns = (await import("node:dns")).promises;
    try {
      return (await dns.lookup(name, { all: true })).length > 0;
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOTFOUND") return false;
      throw error;
    }
  },
};

/**
 * What DNS keeps the name of an address under: it backwards, digit by digit
 * where it is IPv6.
 */
export function pointerName(address: string): string {
  if (isIP(address) === 4) {
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
