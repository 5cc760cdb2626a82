/**
 * Judges the command line by a recording: exit code, standard output and files
 * as recorded, or better where told.
 */

import { MANIFEST } from "../cli/export/manifest.ts";
import { parse as parseCsv } from "@std/csv/parse";
import { join, resolve } from "@std/path";
import { withOpenLists } from "./helpers/adapt.ts";
import { type Ended, runCli } from "./helpers/run.ts";
import { withJson } from "./helpers/python_notation.ts";
import {
  type CliCase,
  type Outcome,
  recordedNames,
} from "./helpers/recordings.ts";
import { fill, Replay, textOf } from "./servers/replay.ts";
import { withServer } from "./servers/serve.ts";

/** What a run left behind. */
export interface CliRun extends Ended {
  /** Files below the directory that it ran in, by name. */
  files: Map<string, string>;
  /** Requests that the recording does not know. */
  missed: string[];
  /** Requests that it does. */
  answered: string[];
}

/**
 * What is expected where the recording shows a defect and no ideal: a list of
 * complaints comes back.
 */
type Expectation = (run: CliRun, recorded: Map<string, string>) => string[];

/**
 * Runs a recorded command line and says what is wrong with it: nothing, if all
 * is well.
 */
export async function judgeCli(
  recorded: CliCase,
  directory: string,
): Promise<string[]> {
  const { run, origin, cwd } = await play(
    adapted(recorded),
    directory,
  );
  const complaints: string[] = run.missed
    .filter((request) => !isAdvice(request, recorded, directory))
    .map((request) => `asked what was never recorded: ${request}`);
  const better = EXPECTATIONS[recorded.id];
  const filled = (outcome: Outcome) => {
    const contents = outcome.files.map(({ name, content }) =>
      [name, fill(textOf(content, directory), origin, cwd)] as const
    );
    return {
      exit: outcome.exit,
      stdout: fill(textOf(outcome.stdout, directory), origin, cwd),
      files: new Map(contents),
    };
  };
  if (better !== undefined) {
    return [...complaints, ...better(run, filled(recorded).files)];
  }
  if (recorded.expect === "better" && recorded.ideal === undefined) {
    return [...complaints, ...failsOpenly(run)];
  }
  const wanted = filled(recorded.ideal ?? recorded);
  complaints.push(...judgeStreams(recorded, wanted, run, cwd));
  if (wanted.exit !== 255) {
    complaints.push(...sameFiles(wanted.files, run.files));
  }
  return complaints;
}

/**
 * The recording, with its answers also under the questions that this client
 * asks in the place of the original's.
 */
function adapted(recorded: CliCase): CliCase {
  const exchanges = [
    ...recorded.exchanges ?? [],
    ...recorded.extra_exchanges ?? [],
  ];
  return {
    ...recorded,
    argv: recorded.argv.map((word) => ARGUMENTS[recorded.id]?.[word] ?? word),
    extra_exchanges: [],
    exchanges: /-get(-bulk)?$/.test(recorded.program)
      ? withOpenLists(exchanges)
      : exchanges,
  };
}

/** Words that have to be others to be as wrong as they were. */
const ARGUMENTS: Record<string, Record<string, string>> = {
  // A directory is made, unless what is above it is missing as well.
  "usage-bulk-no-dir": { "{CWD}/missing": "{CWD}/missing/deeper" },
};

async function play(
  recorded: CliCase,
  directory: string,
): Promise<{ run: CliRun; origin: string; cwd: string }> {
  const replay = new Replay(recorded, directory);
  const cwd = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const each of recorded.mkdirs ?? []) {
      await Deno.mkdir(join(cwd, each), { recursive: true });
    }
    return await withServer(replay.handler, async (origin) => {
      const result = await runCli(
        [
          recorded.program.replace("esmond-ps-", ""),
          ...(fails(recorded) ? ["--retry", "0"] : []), // patience would only cost time
          ...(recorded.program.endsWith("bulk")
            // It has more to say, and tests do not change their directory.
            ? ["--quiet", "--output-directory", cwd]
            : []),
          ...recorded.argv.map((word) => fill(word, origin, cwd)),
        ],
        {
          env: { ESMOND_PAGE_SIZE: "1000" }, // what was recorded
          names: recordedNames(directory),
        },
      );
      const { missed, answered } = replay;
      const files = await filesBelow(cwd);
      const stderr = result.stderr.replace(NOTICES, "");
      const run = { ...result, stderr, files, missed, answered };
      return { run, origin, cwd };
    });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/** What the original never said of options that may mean something else. */
const NOTICES =
  /^--(?:(?:start|end)-time: "[^"]*" means|summary-window \d+ without) .*\n/gm;

/** Whether a list is requested to tell what there is instead of nothing. */
function isAdvice(
  request: string,
  { exchanges = [] }: CliCase,
  directory: string,
): boolean {
  return /\/perfsonar\/archive\/\?/.test(request) &&
    exchanges.some(({ response }) =>
      response.status === 500 || textOf(response.body, directory) === "[]"
    );
}

function fails(recorded: CliCase): boolean {
  return (recorded.exchanges ?? [])
    .some(({ response }) => response.status >= 500);
}

async function filesBelow(
  directory: string,
  prefix = "",
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const entry of Deno.readDir(join(directory, prefix))) {
    if (entry.name === MANIFEST) continue; // the original has none
    const name = prefix ? `${prefix}/${entry.name}` : entry.name;
    if (entry.isDirectory) {
      for (const each of await filesBelow(directory, name)) found.set(...each);
    } else {
      found.set(name, await Deno.readTextFile(join(directory, name)));
    }
  }
  return found;
}

function judgeStreams(
  recorded: CliCase,
  wanted: { exit: number; stdout: string; files: Map<string, string> },
  run: CliRun,
  cwd: string,
): string[] {
  if (wanted.exit === 255 || wanted.exit === 2) {
    return [
      ...(run.exit === 2 ? [] : [`exit ${run.exit}, not 2`]),
      ...(run.stdout === "" ? [] : ["wrote to stdout"]),
      ...(isOneLine(run.stderr) ? [] : [`stderr is ${run.stderr}`]),
      ...(run.answered.length === 0 ? [] : ["sent a request"]),
    ];
  }
  const exit = run.exit === wanted.exit
    ? []
    : [`exit ${run.exit}, not ${wanted.exit}: ${run.stderr}`];
  if (wanted.stdout.includes("Usage: ")) {
    return [...exit, ...(run.stdout.includes("Usage: ") ? [] : ["no help"])];
  }
  if (wanted.stdout.includes("Valid event types:")) {
    return [...exit, ...missingLines(wanted.stdout, run.stdout)];
  }
  if (recorded.program === "esmond-ps-get-bulk") {
    const paths = run.stdout.split("\n").filter(Boolean).sort();
    const expected = [...run.files.keys()].map((name) => resolve(cwd, name));
    const isRight = paths.join("\n") === expected.sort().join("\n");
    return [...exit, ...(isRight ? [] : [`printed ${paths}`])];
  }
  const format = formatOf(recorded.argv);
  return [...exit, ...difference("stdout", format, wanted.stdout, run.stdout)];
}

function missingLines(wanted: string, got: string): string[] {
  const lines = new Set(got.split("\n"));
  return wanted.split("\n").filter((line) => !lines.has(line))
    .map((line) => `missing: ${line}`);
}

function sameFiles(
  wanted: Map<string, string>,
  got: Map<string, string>,
): string[] {
  const complaints = [...got.keys()]
    .filter((name) => !portable(wanted).has(name))
    .map((name) => `file too many: ${name}`);
  for (const [name, content] of portable(wanted)) {
    const found = got.get(name);
    if (found === undefined) complaints.push(`file missing: ${name}`);
    else {
      const format = name.endsWith(".csv") ? "csv" : "json";
      complaints.push(...difference(name, format, content, found));
    }
  }
  return complaints;
}

/** With the names that every file system takes. */
function portable(files: Map<string, string>): Map<string, string> {
  return new Map(
    [...files].map(([name, content]) => [name.replaceAll(":", "-"), content]),
  );
}

/**
 * Exactly as recorded, but for nested values, which are JSON instead of
 * Python's notation.
 */
export function difference(
  what: string,
  format: string,
  wanted: string,
  got: string,
): string[] {
  if (wanted === got) return [];
  const [one, other] = [cells(format, wanted), cells(format, got)];
  const at = one.findIndex((cell, index) =>
    cell !== other[index] && withJson(cell) !== other[index]
  );
  if (format !== "json" && at < 0 && one.length === other.length) return [];
  return [
    `${what} differs: wanted ${JSON.stringify(one.at(at))}, got ${
      JSON.stringify(other.at(at))
    }`,
  ];
}

function cells(format: string, text: string): string[] {
  if (format === "human") {
    return text.split("\n").flatMap((line) => line.split(/(?<=^\w+: )/));
  }
  // The line ends stay in: rows are told apart by them, and they are part of
  // what is compared.
  return format === "csv"
    ? [text.replace(/[^\r\n]/g, "").length.toString(), ...parseCsv(text).flat()]
    : [text];
}

function formatOf(argv: string[]): string {
  const at = argv.findLastIndex((word) => /^(-o|--output-f)/.test(word));
  return /(human|json|csv)$/.exec(argv.slice(at, at + 2).join(""))?.[0] ??
    "human";
}

function isOneLine(text: string): boolean {
  return /^[^\n]+\n$/.test(text);
}

// ---- Where the recording shows a defect and there is no ideal
// -------------------------------------------------------

/** A failure that says so, and is not passed off as an answer. */
function failsOpenly(run: CliRun): string[] {
  const claims = run.stdout.includes("No data") || isWholeJson(run.stdout);
  return [
    ...(run.exit === 0 ? ["exit 0 after a failure"] : []),
    ...(run.stderr === "" ? ["nothing on stderr"] : []),
    ...(claims ? ["passes part of an answer off as the whole"] : []),
  ];
}

function isWholeJson(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Whether a run ended so, with such lines on its streams. */
function ends(
  exit: number,
  stdout: RegExp,
  stderr: RegExp = /^$/,
): Expectation {
  return (run) => [
    ...(run.exit === exit ? [] : [`exit ${run.exit}, not ${exit}`]),
    ...(stdout.test(run.stdout) ? [] : [`stdout is ${run.stdout}`]),
    ...(stderr.test(run.stderr) ? [] : [`stderr is ${run.stderr}`]),
  ];
}

/**
 * Whether it also left such files: their number, and those that the original
 * had written before it failed.
 */
function writes(
  count: number,
  exit = 0,
  stderr: RegExp = /^$/,
): Expectation {
  return (run, recorded) => {
    const kept = new Map(
      [...run.files].filter(([name]) => portable(recorded).has(name)),
    );
    const paths = run.stdout.split("\n").length - 1;
    return [
      ...ends(exit, /^(.*\.(csv|json)\n)*$/, stderr)(run, recorded),
      ...(run.files.size === count ? [] : [`files: ${[...run.files.keys()]}`]),
      ...(paths === count ? [] : [`${paths} paths printed`]),
      ...sameFiles(recorded, kept),
    ];
  };
}

const EXPECTATIONS: Record<string, Expectation> = {
  // D03: the failure is said, the rest is there.
  "bulk-data-500": writes(2, 3, /incomplete, no file: failures .* 500/),
  "trouble-404": ends(1, /^$/, /^esmond-ps .* 404.*\n$/),
  "trouble-data-500": ends(1, /^$/, /500/),
  "trouble-data-second-metadata": ends(
    1,
    /^\[\{"source".*\}$/,
    /^incomplete: .* 500/,
  ),
  "trouble-metadata-500": ends(1, /^$/, /^esmond-ps .* 500.*\n$/),
  "trouble-metadata-page2": ends(
    1,
    /^\[\{"source".*\}$/s,
    /503: busy, after 1500 had arrived/,
  ),
  "trouble-data-page2": ends(
    1,
    /^source,.*\r\n(.*packet-count-lost.*\r\n){1000}$/,
    /after 1000 had arrived/,
  ),
  "trouble-start-after-end": ends(2, /^$/, /^esmond-ps get.*--start-time/),
  "elmond-filter-impossible": ends(1, /^$/, /500/),
  // elmond cannot search for failures, but has them.
  "elmond-failures": ends(
    0,
    /^(?=.*msg: iperf3 returned an error)(?!.*No data)/s,
  ),
  // D07: the archive can search for any parameter.
  "metadata-filter-free-parameter": ends(
    0,
    /^(?=.*bwctl\/iperf3\n$)?((\w+: .*\n){6}(= \+ )+=\n(\w+: .*\n){6}\n)$/,
  ),
  // D11: what there is.
  "get-null-failure": ends(
    0,
    /msg: None\n.*msg: None\n.*msg: list, 1, \{"k": "v"\}\n.*msg: just text\n\n$/s,
  ),
  "get-nulls-trace": ends(0, /timestamp: 2016-03-01 00:33:20\n\n$/),
  // D13: one line, or no trouble at all.
  "trouble-metadata-no-count": ends(0, /^source: 192\.0\.2\.10\n/),
  "trouble-metadata-not-json": ends(
    1,
    /^$/,
    /^esmond-ps .*JSON is damaged.*\n$/,
  ),
  "trouble-no-scheme": ends(
    1,
    /^$/,
    /^--url: 127\.0\.0\.1:9 is taken as http:.*\nesmond-ps .*127\.0\.0\.1:9.*\n$/,
  ),
  "trouble-refused": ends(1, /^$/, /^esmond-ps .*cannot be reached.*\n$/),
  // D14, D15, D16: a file for everything that has data.
  "bulk-overwrite": (run, recorded) => [
    ...writes(2)(run, new Map()),
    ...([...recorded.values()].every((content) =>
        [...run.files.values()].includes(content)
      )
      ? []
      : ["what the original kept is not among the files"]),
  ],
  "bulk-ntp": writes(8),
  "bulk-unknown-event-type": writes(4),
  "elmond-bulk": writes(
    7,
    0,
    /^(skipped: .* announces histogram-ttl-reverse.*\n)$/,
  ),
};
