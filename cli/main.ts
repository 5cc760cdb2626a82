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
import { checkDeno } from "./deno_version.ts";
import {
  EXIT,
  InterruptedError,
  MissingPermissionError,
  OutputClosedError,
  PartialError,
  STATE_EXIT,
  UsageError,
} from "./errors.ts";
import { discreet, type Io, processIo } from "./io.ts";
import type { CommandName } from "./names.ts";
import { VERSION } from "./version.ts";

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
  surroundings: Io = ownIo(new AbortController().signal),
  calledAs = "esmond-ps",
): Promise<number> {
  const io = discreet(surroundings);
  let shownAs = "esmond-ps";
  let isCheck = false;
  try {
    checkDeno();
    const [first = "", ...rest] = argv;
    if (first === "--version" || first === "-V") {
      await print(io, `esmond-ps ${VERSION}\n`);
      return EXIT.done;
    }
    const { isCommand } = await import("./commands/commands.ts");
    const ownName = commandName(calledAs);
    const isOwn = isCommand(ownName);
    const [command, args] = isOwn ? [ownName, argv] : [first, rest];
    if (!isCommand(command)) {
      await runProgram(argv, io);
      return EXIT.done;
    }
    shownAs = `esmond-ps${isOwn ? "-" : " "}${command}`;
    isCheck = command === "check";
    await runCommand(command, args, io);
    return EXIT.done;
  } catch (error) {
    await io.stdout.flush().catch(() => {}); // keep what was fetched
    const { code, message } = explain(error, io);
    if (isCheck && message) return await unknown(message, io);
    if (message) io.note(`${shownAs}: ${message}`);
    return code;
  }
}

async function runProgram(
  [first = "", ...rest]: readonly string[],
  io: Io,
): Promise<void> {
  if (first === COMPLETE) {
    return await (await import("./commands/complete.ts")).run(rest, io);
  }
  if (["--help", "-h", "help"].includes(first)) {
    return await print(io, await help(rest[0] ?? "", rest[1] === "all"));
  }
  if (["--list-events", "-L"].includes(first)) {
    return await print(io, (await import("./help/help.ts")).eventTypeList());
  }
  const { COMMANDS } = await import("./commands/commands.ts");
  const names = Object.keys(COMMANDS);
  if (first === "") {
    throw new UsageError(`name a command: ${names.join(", ")}; or --help`);
  }
  const { suggestion } = await import("../client/nearest.ts");
  const { shownWord } = await import("./options/values.ts");
  const shown = shownWord(first);
  throw new UsageError(
    first.startsWith("-")
      ? `the command comes before ${shown}, one of ${names.join(", ")}`
      : `there is no command ${shown}${
        suggestion(first, names)
      }; --help lists the commands`,
  );
}

async function help(topic: string, isWhole: boolean): Promise<string> {
  const { COMMANDS, isCommand } = await import("./commands/commands.ts");
  const { commandHelp, HELP, programHelp } = await import("./help/help.ts");
  const { isTopic, topicHelp, TOPICS } = await import("./help/topics.ts");
  if (isCommand(topic)) return commandHelp(topic, COMMANDS[topic], isWhole);
  if (isTopic(topic)) return topicHelp(topic);
  if (["", HELP.name].includes(topic) || topic.startsWith("-")) {
    return programHelp(COMMANDS);
  }
  const { suggestion } = await import("../client/nearest.ts");
  const { shownWord } = await import("./options/values.ts");
  const names = Object.keys({ ...COMMANDS, ...TOPICS });
  throw new UsageError(
    `there is no command or topic ${shownWord(topic)}${
      suggestion(topic, names)
    }; esmond-ps help lists them`,
  );
}

async function runCommand(
  name: CommandName,
  argv: readonly string[],
  io: Io,
): Promise<void> {
  const { COMMANDS } = await import("./commands/commands.ts");
  const { parseOptions } = await import("./options/parse.ts");
  const command = COMMANDS[name];
  const typed = parseOptions(name, argv);
  if (typed.flag("help")) {
    const { commandHelp } = await import("./help/help.ts");
    const isWhole = typed.words.includes("all");
    return await print(io, commandHelp(name, command, isWhole));
  }
  if (typed.flag("version")) {
    return await print(io, `esmond-ps ${VERSION}\n`);
  }
  if (typed.flag("list-events")) {
    return await print(io, (await import("./help/help.ts")).eventTypeList());
  }
  const { asMeant } = await import("./options/habits.ts");
  const takesWords = command.completes !== undefined;
  const options = await asMeant(name, typed, takesWords, io);
  const { readColors } = await import("./options/values.ts");
  const colors = readColors(options);
  const { needsOf } = await import("./options/needs.ts");
  await io.demand?.(needsOf(name, options, io.env));
  const { run } = await command.load();
  try {
    await run(options, { ...io, ...colors });
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

async function print(io: Io, text: string): Promise<void> {
  await io.stdout.write(text);
  await io.stdout.flush();
}

/** Monitoring shows standard output alone, and knows four exit codes. */
async function unknown(message: string, io: Io): Promise<number> {
  const { stateLine } = await import("./output/state_line.ts");
  await print(io, `${stateLine("check", "unknown", message)}\n`)
    .catch(() => {}); // nobody reads it
  return STATE_EXIT.unknown;
}

/** The one place that makes exit codes of errors. */
function explain(error: unknown, io: Io): { code: number; message?: string } {
  if (error instanceof PartialError) return { code: error.exitCode };
  if (error instanceof OutputClosedError) return { code: EXIT.done };
  const message = error instanceof Error ? error.message : String(error);
  if (io.signal.aborted || error instanceof InterruptedError) {
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

/**
 * The `get` of a program name such as `/usr/bin/esmond-ps-get` or
 * `esmond-ps-get.exe`; empty for other names.
 */
function commandName(calledAs: string): string {
  return /(?:^|[/\\])esmond-ps-([^/\\]*?)(?:\.exe)?$/i.exec(calledAs)?.[1]
    ?.toLowerCase() ?? "";
}

/** The hidden command that the completion scripts call. */
const COMPLETE = "__complete";

/** The name that the executable was called by. */
async function ownName(): Promise<string> {
  const { default: process } = await import("node:process");
  // Deno 2.4 warns about its own parts, which does not concern the user.
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
  const isUnderAnyName = ["--version", COMPLETE].includes(Deno.args[0] ?? "");
  const calledAs = Deno.build.standalone && !isUnderAnyName
    ? await ownName()
    : "esmond-ps";
  const io = ownIo(stop.signal);
  const demand: Io["demand"] = async (needs) => {
    await io.demand?.(needs);
    (await import("./permissions.ts")).giveUpOthers(needs);
  };
  Deno.exit(await main(Deno.args, { ...io, demand }, calledAs));
}
