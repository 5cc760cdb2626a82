/**
 * Options that say how to connect to one archive: with several, each value
 * names the origin that it is for.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { ParsedOptions } from "../names.ts";

/** The options whose values may begin with an origin. */
const NAMES = ["pin", "cacert", "client-cert", "client-key"] as const;

type Name = typeof NAMES[number];
type FileName = Exclude<Name, "pin">;

/** What is read here of a command line. */
type Given = Pick<
  ParsedOptions<FileName | "proxy", Name, "insecure">,
  "text" | "texts" | "flag"
>;

/** A value, and the origin that it is for. */
interface OriginValue {
  /** Such as `https://ma.example.net`; absent for a value without one. */
  origin?: string;
  /** The value itself. */
  value: string;
}

/** Reads a value such as `https://ma.example.net=FILE`. */
export function originValue(text: string): OriginValue {
  const equals = text.indexOf("=");
  const url = URL.parse(text.slice(0, Math.max(equals, 0)));
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) &&
    url.href === `${url.origin}/`;
  return isOrigin
    ? { origin: url.origin, value: text.slice(equals + 1) }
    : { value: text };
}

/**
 * Refuses values that would be for every archive, or are for none.
 *
 * @param origins Those of the archives; a file has none.
 * @param others Those of what else is read.
 * @throws {UsageError} that names the option.
 */
export function checkByOrigin(
  options: Given,
  origins: readonly (string | undefined)[],
  others: readonly string[] = [],
): void {
  const isSeveral = origins.length > 1;
  if (isSeveral && options.flag("insecure")) {
    throw new UsageError(
      "--insecure is for one archive: with several, give --pin https://HOST=PIN for those that need it",
    );
  }
  for (const name of NAMES) {
    for (const text of options.texts(name)) {
      const { origin } = originValue(text);
      if (origin === undefined && isSeveral) {
        throw new UsageError(
          `--${name} is for one archive: with several, say for which, as in --${name} https://HOST=${
            name === "pin" ? "PIN" : "FILE"
          }`,
        );
      }
      const isRead = origins.includes(origin) || others.includes(origin!);
      if (origin !== undefined && !isRead) {
        throw new UsageError(
          `--${name}: ${origin} is not the address of an archive that is read`,
        );
      }
    }
  }
}

/**
 * The options as the archive of an origin has them; a file has none.
 *
 * @param isOne Whether it is the only one: then what is for no origin is for it.
 */
export function optionsOfOrigin(
  options: Given,
  origin: string | undefined,
  isOne = false,
): Pick<
  ParsedOptions<FileName | "proxy", "pin", "insecure">,
  "text" | "texts" | "flag"
> {
  const valuesOf = (name: Name) =>
    options.texts(name).map(originValue)
      .filter((each) =>
        each.origin === origin || isOne && each.origin === undefined
      )
      .map(({ value }) => value);
  return {
    text: (long) => {
      if (long !== "proxy") return valuesOf(long).at(-1);
      return origin === undefined ? undefined : options.text(long);
    },
    texts: valuesOf,
    flag: options.flag,
  };
}

/**
 * The options for what is read besides archives, such as a template: those for
 * its origin. What is for no origin holds there, too, but for the certificate of
 * this client, which is shown to nobody who was not meant.
 */
export function optionsOfOther(
  options: Given,
  origin: string,
): ReturnType<typeof optionsOfOrigin> {
  const [own, bare] = [origin, undefined].map((each) =>
    optionsOfOrigin(options, each)
  ) as [
    ReturnType<typeof optionsOfOrigin>,
    ReturnType<typeof optionsOfOrigin>,
  ];
  return {
    text: (long) =>
      own.text(long) ?? (long === "cacert" ? bare.text(long) : undefined),
    texts: (name) => {
      const pins = own.texts(name);
      return pins.length > 0 ? pins : bare.texts(name);
    },
    flag: options.flag,
  };
}
