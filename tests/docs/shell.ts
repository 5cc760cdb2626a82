/**
 * A shell in which documentation is right: its commands run as they are typed,
 * and archives on loopback stand in for those it names.
 */

import { dirname, join } from "@std/path";
import { pathToFileURL } from "node:url";
import { MAP } from "../../scripts/map_flags.ts";
import { runProcess } from "../helpers/process.ts";
import {
  isInstalled,
  lackedByWindows,
  notInstalled,
} from "../helpers/skipping.ts";

/** Where the repository is. */
export const REPOSITORY = join(import.meta.dirname!, "../..");

/** What came of a block. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * A separate shell, with `esmond-ps`, `deno` and, if there is one, `duckdb`.
 */
export interface Shell {
  /** Runs commands under `sh -eu` in a directory. */
  run(commands: string, options: RunOptions): Promise<Ran>;
  /** Answers instead of the archives, if given. */
  misbehave: (url: URL) => Response | undefined;
}

/** How commands are run. */
export interface RunOptions {
  directory: string;
  /** What comes on standard input. */
  input?: string;
  env?: Record<string, string>;
}

/** What a shell is made of. */
export interface ShellOptions {
  /** The archives by the host they stand in for. */
  archives: Record<string, string>;
  /** Further programs: name → the text of a script. */
  programs?: Record<string, string>;
  /** What the hosts are called, in the format of `/etc/hosts`. */
  hosts?: string;
  /** Further variables of the environment. */
  env?: Record<string, string>;
}

/** What the commands of the documents use besides our own programs. */
const TOOLS = "awk cat cp head mkdir rm sed sh sleep sort tail tr uniq".split(
  " ",
);

/** Why commands of the documents cannot be run here, if they cannot. */
export const NO_SHELL = lackedByWindows("shell") ?? notInstalled(...TOOLS);

/** Runs `use` with a shell, which is gone afterwards. */
export async function withShell(
  options: ShellOptions,
  use: (shell: Shell) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir();
  const shell: Shell = {
    run: (commands, { env, ...rest }) =>
      runIn(home, proxy, commands, {
        ...rest,
        env: { ...options.env, ...env },
      }),
    misbehave: () => undefined,
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => forward(request, options.archives, shell),
  );
  const proxy = `http://127.0.0.1:${server.addr.port}`;
  try {
    await furnish(home, options);
    await use(shell);
  } finally {
    await server.shutdown();
    await Deno.remove(home, { recursive: true });
  }
}

/**
 * Requests come as to a proxy, so the programs are given the addresses, and the
 * rights, that the documentation names.
 */
async function forward(
  request: Request,
  archives: Record<string, string>,
  { misbehave }: Shell,
): Promise<Response> {
  const url = new URL(request.url);
  const origin = archives[url.hostname];
  if (origin === undefined) {
    return new Response(`no archive for ${url.host}`, {
      status: 502,
    });
  }
  const bad = misbehave(url);
  if (bad !== undefined) return bad;
  return await fetch(origin + url.pathname + url.search, {
    method: request.method,
    headers: request.headers,
    body: request.body && await request.arrayBuffer(),
    redirect: "manual",
  });
}

/** Writes the programs and what they need. */
async function furnish(home: string, options: ShellOptions): Promise<void> {
  const bin = join(home, "bin");
  await Deno.mkdir(bin);
  const map = join(home, "imports.json");
  await Deno.writeTextFile(map, await importMap());
  await Deno.writeTextFile(join(home, "hosts"), options.hosts ?? "");
  const deno = `'${Deno.execPath()}'`;
  const flags = `--quiet '--import-map=${map}'`;
  const main = join(REPOSITORY, "cli/main.ts");
  const binary = Deno.env.get("ESMOND_PS_BINARY");
  const started = binary
    ? `exec '${binary}' "$@"`
    : `exec ${deno} run ${flags} --no-check -A '${main}' "$@"`;
  const caches = `HOME='${Deno.env.get("HOME") ?? home}'; export HOME`;
  const programs: Record<string, string> = {
    "esmond-ps":
      `${caches}; ESMOND_HOSTS='${home}/hosts'; export ESMOND_HOSTS; ${started}`,
    "deno":
      `${caches}; command=$1; shift; exec ${deno} "$command" ${flags} "$@"`,
    // It is called so on macOS, as the documentation says.
    ...(isInstalled("sha256sum")
      ? {}
      : { "sha256sum": 'exec shasum -a 256 "$@"' }),
    ...options.programs,
  };
  for (const [name, text] of Object.entries(programs)) {
    const path = join(bin, name);
    await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
}

/**
 * The import map of this repository, and the names that it is published under.
 */
async function importMap(): Promise<string> {
  const path = MAP;
  const read: Record<string, string> =
    JSON.parse(await Deno.readTextFile(path)).imports;
  const imports = Object.fromEntries(
    Object.entries(read).flatMap(([name, to]) => [
      [name, to.startsWith(".") ? urlOf(join(dirname(path), to)) : to],
      // What is below a package goes without saying in deno.json alone.
      ...(to.startsWith("jsr:")
        ? [[`${name}/`, `${to.replace(/^jsr:/, "jsr:/")}/`]]
        : []),
    ]),
  );
  imports["jsr:@esmond/client"] = urlOf(join(REPOSITORY, "mod.ts"));
  imports["jsr:@esmond/client/insight"] = urlOf(join(REPOSITORY, "insight.ts"));
  imports["jsr:@esmond/client/archive"] = urlOf(join(REPOSITORY, "archive.ts"));
  imports["jsr:@esmond/client/cli"] = urlOf(join(REPOSITORY, "cli/main.ts"));
  return JSON.stringify({ imports });
}

function urlOf(path: string): string {
  return pathToFileURL(path).href;
}

async function runIn(
  home: string,
  proxy: string,
  commands: string,
  { directory, input = "", env = {} }: RunOptions,
): Promise<Ran> {
  const { exit, stdout, stderr } = await runProcess(
    ["sh", "-eu", "-c", commands],
    {
      cwd: directory,
      env: {
        PATH: `${join(home, "bin")}:${Deno.env.get("PATH")}`,
        HTTP_PROXY: proxy,
        NO_PROXY: "127.0.0.1,localhost",
        DENO_NO_PROMPT: "1",
        ...env,
      },
      input,
    },
  );
  return { code: exit, stdout, stderr };
}
