/**
 * Where the archives of a template are.
 *
 * @module
 */

import { ArchiveAddress } from "../../client/address.ts";
import { FilterError } from "../../client/errors.ts";
import { type Bindings, FillError, inBrackets, prepare } from "./fill.ts";
import type { End } from "./groups.ts";
import { type Doubt, objectOf, type Template, textOf } from "./template.ts";

/** The path of the list of tests, which addresses are given without. */
const ARCHIVE_PATH = /\/esmond\/perfsonar\/archive\/*$/;

/** Where the archiver of perfSONAR 5 posts to. */
const LOGSTASH = /\/logstash\/*$/;

/** The address of an archive for a test. */
type AddressOf = (bindings: Bindings) => string;

/** Addresses of the archives of a template, by their names. */
export class ArchiveAddresses {
  readonly #template: Template;
  readonly #doubt: Doubt;
  readonly #known = new Map<string, AddressOf | undefined>();
  readonly #checked = new Set<string>();

  /** Reads nothing yet; `doubt` is told of archives that cannot be read. */
  constructor(template: Template, doubt: Doubt) {
    this.#template = template;
    this.#doubt = doubt;
  }

  /** The addresses for a test, each once. */
  addressesOf(names: readonly string[], bindings: Bindings): string[] {
    return [
      ...new Set(names.flatMap((name) => this.#addressOf(name, bindings))),
    ];
  }

  #addressOf(name: string, bindings: Bindings): string[] {
    if (!this.#known.has(name)) this.#known.set(name, this.#prepared(name));
    try {
      const address = this.#known.get(name)?.(bindings);
      if (address === undefined) return [];
      if (!this.#checked.has(address)) {
        new ArchiveAddress(address, "esmond"); // throws for what is none
        this.#checked.add(address);
      }
      return [address];
    } catch (error) {
      const isOfTemplate = error instanceof FillError ||
        error instanceof FilterError;
      if (!isOfTemplate) throw error;
      this.#doubt(`archive ${name}: ${error.message}`);
      return [];
    }
  }

  #prepared(name: string): AddressOf | undefined {
    const none = (why: string) => {
      this.#doubt(`archive ${name}: ${why}`);
      return undefined;
    };
    const archive = this.#template.archives.get(name);
    if (archive === undefined) return none("there is none of that name");
    const data = objectOf(archive["data"]) ?? {};
    switch (archive["archiver"]) {
      case "esmond": {
        const url = textOf(data["url"]);
        if (url === undefined) return none("its data has no url");
        return baseOf(url);
      }
      case "http": {
        const named = textOf(objectOf(data["_meta"])?.["esmond_url"]);
        if (named !== undefined) return baseOf(named);
        const url = textOf(data["_url"]);
        if (url === undefined || !LOGSTASH.test(url)) {
          return none(
            "its _url does not end in /logstash, so that its archive is not known",
          );
        }
        return baseOf(url.replace(LOGSTASH, ""));
      }
      default:
        return none(
          `archiver ${
            JSON.stringify(archive["archiver"] ?? null)
          } is not one that can be read`,
        );
    }
  }
}

/** The address without the path of the archive. */
function baseOf(url: string): AddressOf {
  const filled = prepare(url);
  return ({ ends, lead, isFlipped }) =>
    filled({ ends: ends.map(inUrl), lead: inUrl(lead), isFlipped })
      .replace(ARCHIVE_PATH, "").replace(/\/+$/, "");
}

function inUrl(end: End): End {
  return { ...end, address: inBrackets(end.address) };
}
