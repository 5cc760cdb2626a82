/**
 * The command line `esmond-ps`: from the arguments, or the name it was called
 * by, to a command; and from errors to exit codes.
 *
 * @module
 */

import {
  ArchiveHttpError,
  EsmondError,
  PostDataError,
} from "../client/errors.ts";
import type { Command, Query } from "./commands/command.ts";
import {
  EXIT,
  MissingPermissionError,
  OutputClosedError,
  PartialError,
  UsageError,
} from "./errors.ts";
import { type Io, processIo } from "./io.ts";
import type { CommandName, ParsedOptions, QueryName } from "./names.ts";
import { VERSION } from "./version.ts";

/**
 * Each is loaded when it is called, so that nothing waits for what it does not
 * use.
 */
const QUERIES: Record<QueryName, () => Promise<{ run: Query }>> = {
  "get-endpoints": () => import("./commands/get_endpoints.ts"),
  "get-metadata": () => import("./commands/get_metadata.ts"),
  "get": () => import("./commands/get.ts"),
  "get-bulk": () => import("./commands/get_bulk.ts"),
};

const OTHERS: Record<
  Exclude<CommandName, QueryName>,
  () => Promise<{ run: Command }>
> = {
  "post-metadata": () => import("./commands/post_metadata.ts"),
  "post": () => import("./commands/post.ts"),
  "serve": () => import("./commands/serve.ts"),
  "install-links": () => import("./commands/install_links.ts"),
  "completions": () => import("./commands/completions.ts"),
  "trust": () => import("./commands/trust.ts"),
};

/**
 * Runs a command line on the standard streams and the environment of this
 * process.
 *
 * @param argv The arguments.
 * @returns The exit code: 0 done, 1 failed, 2 wrong usage, 3 a part failed, 4
 * credentials refused, 130 interrupted.
 *
 * @example Usage
 * ```ts
 * import { main } from "@esmond/client/cli";
 *
 * const exitCode = await main(["--version"]); // prints it
 * console.assert(exitCode === 0);
 * ```
 */
export function main(argv: readonly string[]): Promise<number>;
/**
 * Runs a command line.
 *
 * @internal
 * @param argv The arguments.
 * @param io The way to the outside.
 * @param calledAs The name that the program was called by; `esmond-ps-get` is
 * the command `get`.
 */
export function main(
  argv: readonly string[],
  io: Io,
  calledAs?: string,
): Promise<number>;
export async function main(
  argv: readonly string[],
  io: Io = ownIo(new AbortController().signal),
  calledAs = "esmond-ps",
): Promise<number> {
  let shownAs = "esmond-ps";
  try {
    const [first = "", ...rest] = argv;
    const byName = commandOf(calledAs);
    const [command, args] = byName ? [byName, argv] : [first, rest];
    if (first === "--version" || first === "-V") {
      await print(io, `esmond-ps ${VERSION}\n`);
      return EXIT.done;
    }
    if (!isCommand(command)) return await runProgram(argv, io);
    shownAs = `esmond-ps${byName ? "-" : " "}${command}`;
    await runCommand(command, args, io);
    return EXIT.done;
  } catch (error) {
    await io.stdout.flush().catch(() => {}); // what was fetched is not lost
    const { code, message } = explain(error, io);
    if (message) io.note(`${shownAs}: ${message}`);
    return code;
  }
}

async function runProgram(
  [first = "", topic = ""]: readonly string[],
  io: Io,
): Promise<number> {
  if (["--help", "-h", "help"].includes(first)) {
    await print(io, await help(topic));
    return EXIT.done;
  }
  if (["--list-events", "-L"].includes(first)) {
    await print(io, (await import("./query/settings.ts")).eventTypeList());
    return EXIT.done;
  }
  const { COMMANDS } = await import("./options/table.ts");
  const names = COMMANDS.map((command) => command.name);
  if (first === "") {
    throw new UsageError(`say what to do: ${names.join(", ")}; or --help`);
  }
  const { suggestion } = await import("./options/nearest.ts");
  throw new UsageError(
    first.startsWith("-")
      ? `the command comes first, one of ${names.join(", ")}; then ${first}`
      : `there is no command ${first}${
        suggestion(first, names)
      }; --help lists those there are`,
  );
}

async function help(topic: string): Promise<string> {
  const { commandHelp, COMMANDS, HELP, programHelp, TOPICS } = await import(
    "./options/table.ts"
  );
  if (isCommand(topic)) return commandHelp(topic);
  const found = TOPICS.find(({ name }) => name === topic);
  if (found !== undefined) {
    return (await import("./help/topics.ts")).topicHelp(found.name);
  }
  if (["", HELP.name].includes(topic) || topic.startsWith("-")) {
    return programHelp();
  }
  const { suggestion } = await import("./options/nearest.ts");
  const names = [...COMMANDS, ...TOPICS].map(({ name }) => name);
  throw new UsageError(
    `there is no command or topic ${topic}${
      suggestion(topic, names)
    }; esmond-ps help lists those there are`,
  );
}

async function runCommand(
  command: CommandName,
  argv: readonly string[],
  io: Io,
): Promise<void> {
  const { commandHelp, parseOptions } = await import("./options/table.ts");
  const options = parseOptions(command, argv);
  if (options.flag("help")) return await print(io, commandHelp(command));
  if (options.flag("version")) {
    return await print(io, `esmond-ps ${VERSION}\n`);
  }
  try {
    if (isQuery(command)) {
      const { eventTypeList, settle } = await import("./query/settings.ts");
      if (options.flag("list-events")) return await print(io, eventTypeList());
      await demand(command, options, io);
      const settings = await settle(command, options, io);
      const { run } = await QUERIES[command]();
      try {
        await run(settings, io);
      } finally {
        settings.close();
      }
    } else {
      await demand(command, options, io);
      const { run } = await OTHERS[command]();
      await run(options, io);
    }
  } catch (error) {
    if (error instanceof EsmondError) {
      (await import("./tls/way_out.ts")).addWayOut(error, options, io.env);
    }
    throw error;
  }
  await io.stdout.flush();
}

/** The streams of this process, which checks what a command may do first. */
function ownIo(signal: AbortSignal): Io {
  return {
    ...processIo(signal),
    demand: async (needs) => (await import("./permissions.ts")).demand(needs),
  };
}

async function demand(
  command: CommandName,
  options: ParsedOptions,
  io: Io,
): Promise<void> {
  const { needsOf } = await import("./options/needs.ts");
  await io.demand?.(needsOf(command, options, io.env));
}

async function print(io: Io, text: string): Promise<void> {
  await io.stdout.write(text);
  await io.stdout.flush();
}

/** The one place that makes exit codes of errors. */
function explain(error: unknown, io: Io): { code: number; message?: string } {
  if (error instanceof PartialError) return { code: error.exitCode };
  if (error instanceof OutputClosedError) return { code: EXIT.done };
  const message = error instanceof Error ? error.message : String(error);
  if (io.signal.aborted) {
    const isPartly = error instanceof PostDataError;
    const told = isPartly
      ? message.replace(/^.*?;/, "interrupted;")
      : "interrupted";
    return { code: EXIT.interrupted, message: told };
  }
  if (error instanceof UsageError) return { code: EXIT.usage, message };
  const refused = error instanceof PostDataError ? error.cause : error;
  if (
    refused instanceof ArchiveHttpError && [401, 403].includes(refused.status)
  ) return { code: EXIT.refused, message };
  if (
    error instanceof EsmondError || error instanceof MissingPermissionError
  ) return { code: EXIT.failed, message };
  if (error instanceof Deno.errors.NotCapable) {
    return { code: EXIT.failed, message: `Deno does not allow it: ${message}` };
  }
  const kind = error instanceof Error ? `${error.name}: ` : "";
  return { code: EXIT.failed, message: `${kind}${message}` };
}

function isQuery(name: string): name is QueryName {
  return Object.hasOwn(QUERIES, name);
}

function isCommand(name: string): name is CommandName {
  return isQuery(name) || Object.hasOwn(OTHERS, name);
}

/**
 * The command that a program name such as `/usr/bin/esmond-ps-get` or
 * `esmond-ps-get.exe` stands for.
 */
function commandOf(calledAs: string): CommandName | undefined {
  const name = /([^/\\]*?)(\.exe)?$/.exec(calledAs.toLowerCase())?.[1] ?? "";
  const command = name.replace(/^esmond-ps-/, "");
  return command !== name && isCommand(command) ? command : undefined;
}

/** The name that the executable was called by. */
async function ownName(): Promise<string> {
  const { default: process } = await import("node:process");
  // Deno 2.4 warns of what it is made of itself, which is nothing to the user.
  Object.assign(process, { noDeprecation: true });
  return process.argv0;
}

if (import.meta.main) {
  const stop = new AbortController();
  let isStopping = false;
  const onSignal = () => {
    if (isStopping) Deno.exit(EXIT.interrupted);
    isStopping = true;
    stop.abort();
  };
  Deno.addSignalListener("SIGINT", onSignal);
  const isWindows = Deno.build.os === "windows";
  Deno.addSignalListener(isWindows ? "SIGBREAK" : "SIGTERM", onSignal);
  // Only an executable has a name of its own, and asking for it costs as much
  // as all else that starting up needs.
  const calledAs = Deno.build.standalone && Deno.args[0] !== "--version"
    ? await ownName()
    : "esmond-ps";
  const io = ownIo(stop.signal);
  const demand: Io["demand"] = async (needs) => {
    await io.demand?.(needs);
    (await import("./permissions.ts")).giveUpOthers(needs);
  };
  Deno.exit(await main(Deno.args, { ...io, demand }, calledAs));
}
