/**
 * Names of archives, in one small file in the user's configuration directory:
 * on each line a name and an address, with `#` for comments. API keys have no
 * place in it.
 *
 * @module
 */

import { join } from "@std/path";
import { suggestion } from "../../client/nearest.ts";
import { MissingPermissionError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { listed } from "./values.ts";

/** Whether a text can be looked up: an address or a path has more in it. */
export function isArchiveName(text: string): boolean {
  return /^[^\s.:/\\]+$/.test(text);
}

/** Where the names are; `undefined` where the user has no such directory. */
export function namesFile(env: Io["env"]): string | undefined {
  const [own, home] = [env("XDG_CONFIG_HOME"), env("HOME")];
  const directory = Deno.build.os === "windows"
    ? env("APPDATA")
    : own || (home ? join(home, ".config") : undefined);
  return directory ? join(directory, "esmond-ps", "archives") : undefined;
}

/**
 * The address that a name stands for.
 *
 * @throws {UsageError} for a name that is not there, and a file that cannot be
 * read.
 */
export async function addressOf(
  name: string,
  io: Pick<Io, "env">,
): Promise<string> {
  const path = namesFile(io.env);
  const names = path ? await readNames(path) : new Map<string, string>();
  const address = names.get(name);
  if (address !== undefined) return address;
  const where = path ? ` in ${path}` : "";
  const near = suggestion(name, names.keys());
  const known = names.size > 0 && near === ""
    ? `, only ${
      names.size === 1 ? [...names.keys()] : listed([...names.keys()])
    }`
    : "";
  throw new UsageError(
    `--url: there is no archive ${name}${where}${near}${known}; give its address, such as http://${name}:8085`,
  );
}

async function readNames(path: string): Promise<Map<string, string>> {
  // Deno must not ask.
  const { state } = await Deno.permissions.query({ name: "read", path });
  if (state !== "granted") {
    throw new MissingPermissionError([`--allow-read=${path}`]);
  }
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw new UsageError(`--url: cannot read ${path}: ${error.message}`);
  });
  const names = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    const words = line.replace(/(?:^|\s)#.*/, "").trim().split(/\s+/);
    if (words[0] === "") continue;
    const [name = "", address = "", ...more] = words;
    if (!isArchiveName(name) || address === "" || more.length > 0) {
      throw new UsageError(
        `--url: line ${
          index + 1
        } of ${path} has to be a name and an address, such as: lab http://ma.example.net:8085`,
      );
    }
    if (URL.parse(address)?.username || URL.parse(address)?.password) {
      throw new UsageError(
        `--url: line ${
          index + 1
        } of ${path} holds a password, which has no place there`,
      );
    }
    if ((names.get(name) ?? address) !== address) {
      throw new UsageError(
        `--url: line ${
          index + 1
        } of ${path} gives ${name} another address than a line before it: leave out one of them`,
      );
    }
    names.set(name, address);
  }
  return names;
}
