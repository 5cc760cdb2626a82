/**
 * `esmond-ps install-links`: the names of the Python programs, for this
 * executable.
 *
 * @module
 */

import { dirname } from "@std/path";
import { UsageError } from "../errors.ts";
import { makeLinks, NameTakenError } from "./links.ts";
import type { Command } from "./command.ts";

/** Makes the links and prints the path of each. */
export const run: Command<"install-links"> = async (options, io) => {
  const [named, ...surplus] = options.words;
  for (const word of surplus) {
    io.note(`"${word}" is ignored: one directory is enough`);
  }
  if (!Deno.build.standalone) {
    throw new UsageError(
      "this runs under Deno, without an executable to link to: install a name with " +
        "deno install -g -n esmond-ps-get jsr:@esmond/client/cli get",
    );
  }
  const executable = Deno.execPath();
  const directory = named ?? dirname(executable);
  const paths = await makeLinks(executable, directory, {
    isForced: options.flag("force"),
    isWindows: Deno.build.os === "windows",
  }).catch((error) => {
    throw explained(error, directory);
  });
  for (const path of paths) await io.stdout.write(`${path}\n`);
};

function explained(error: unknown, directory: string): unknown {
  if (error instanceof NameTakenError) {
    return new UsageError(
      `${
        error.paths.join(", ")
      }: there already; --force replaces what is there`,
    );
  }
  if (
    error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory
  ) return new UsageError(`there is no directory ${directory}`);
  if (error instanceof Deno.errors.PermissionDenied) {
    return new UsageError(
      `cannot write to ${directory}: name another directory, or run it as another user`,
    );
  }
  return error;
}
