/** Command lines for the tests of TLS and proxies. */

import { join } from "@std/path";
import { withDirectory } from "../../helpers/directory.ts";
import { type Ended, runCli, type RunOptions } from "../../helpers/run.ts";

/** Asks an archive for its tests, once. */
export function ask(
  url: string,
  args: string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  return runCli(
    ["get-endpoints", "--ip", "--retry", "0", "--url", url, ...args],
    options,
  );
}

/** Writes to an archive, once. */
export function write(
  url: string,
  args: string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  const test = ["-s", "192.0.2.10", "-d", "192.0.2.20", "-a", "192.0.2.10"];
  const more = ["-t", "powstream", "-e", "packet-loss-rate", "--retry", "0"];
  return runCli(
    ["post-metadata", ...test, ...more, "--url", url, ...args],
    { env: { ESMOND_API_KEY: "secret-key" }, ...options },
  );
}

/** Runs `use` with files of these texts, in a directory of their own. */
export async function withFiles<Name extends string>(
  texts: Record<Name, string>,
  use: (paths: Record<Name, string>, directory: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const paths = {} as Record<Name, string>;
    for (const name of Object.keys(texts) as Name[]) {
      paths[name] = join(directory, name);
      await Deno.writeTextFile(paths[name], texts[name]);
    }
    await use(paths, directory);
  });
}
