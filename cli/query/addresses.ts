/**
 * The addresses of the archives that a command reads.
 *
 * @module
 */

import { ArchiveAddress } from "../../client/address.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ParsedOptions } from "../names.ts";
import { type ArchivePlace, placeOf } from "../options/values.ts";
import type { MeshTemplate } from "../template/mesh_template.ts";
import { checkAddress } from "./archive_file.ts";

/** Where an archive is, and who says so. */
export interface NamedAddress extends ArchivePlace {
  /** What has the address, in messages: `--url`, or a line of a file. */
  from: string;
}

/** The options that name archives. */
type AddressOptions = Pick<
  ParsedOptions<"archives" | "mesh", "url">,
  "text" | "texts"
>;

/**
 * Reads the addresses, those of `--url` first; whether they can be used is for
 * {@linkcode distinctAddresses}.
 *
 * @throws {UsageError} if there is none, or the file cannot be read.
 */
export async function readAddresses(
  options: AddressOptions,
): Promise<NamedAddress[]> {
  const urls = options.texts("url");
  const file = options.text("archives");
  const listed = file === undefined ? [] : await readList(file);
  const isElsewhere = file !== undefined || options.text("mesh") !== undefined;
  const typed = urls.length === 0 && !isElsewhere ? [""] : urls;
  return [
    ...typed.map((url) => ({ ...placeOf(url), from: "--url" })),
    ...listed,
  ];
}

/** The addresses that a template names. */
export function addressesOf(
  template: Pick<MeshTemplate, "archives"> | undefined,
): NamedAddress[] {
  const from = "--mesh";
  return (template?.archives ?? [])
    .map((url) => ({ ...placeOf(url, from), from }));
}

async function readList(
  path: string,
): Promise<NamedAddress[]> {
  const text = await Deno.readTextFile(path).catch((error: Error) => {
    throw new UsageError(`--archives: cannot read ${path}: ${error.message}`);
  });
  const found = text.replace(/^\ufeff/, "").split("\n").flatMap((line, at) => {
    // An address has no # either: it would begin a fragment.
    const address = line.replace(/(^|\s)#.*/, "").trim();
    const from = `--archives: ${path}, line ${at + 1}`;
    return address === "" ? [] : [{ ...placeOf(address, from), from }];
  });
  if (found.length > 0) return found;
  throw new UsageError(
    `--archives: ${path} names no archive: write one address a line, such as https://ma.example.net`,
  );
}

/**
 * Each archive once, however often it is named, and however it is spelled.
 *
 * @throws {UsageError} for an address that cannot be used.
 */
export function distinctAddresses(
  addresses: readonly NamedAddress[],
  io: Pick<Io, "note">,
): NamedAddress[] {
  const known = new Map<string, NamedAddress>();
  for (const each of addresses) {
    const { url, from } = each;
    checkAddress(each, from);
    const id = idOf(each);
    const other = known.get(id);
    if (other === undefined) {
      known.set(id, each);
      continue;
    }
    io.note(
      `${from}: ${url} is ${
        url === other.url ? "there twice" : `the same archive as ${other.url}`
      }: it is read once`,
    );
  }
  return [...known.values()];
}

/** The same for all spellings of an address, or of a path. */
function idOf({ url, scriptAlias, file }: NamedAddress): string {
  return file === undefined
    ? new ArchiveAddress(url, scriptAlias).root.href
    : file.replace(/^(?:\.\/)+/, "");
}
