import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import { candidatesFor } from "../../../cli/completions/candidates.ts";
import type { CommandName } from "../../../cli/names.ts";
import { EVENT_NAMES, SHELLS } from "../../../cli/options/choices.ts";
import {
  type Completes,
  OPTIONS,
  optionsOf,
  type OptionSpec,
  PROGRAM_OPTIONS,
} from "../../../cli/options/table.ts";
import { TOPICS } from "../../../cli/help/topics.ts";

const NAMES = Object.keys(COMMANDS) as CommandName[];

/** How a command can be named. */
function starts(command: CommandName): string[][] {
  return [["esmond-ps", command], [`esmond-ps-${command}`]];
}

/** The texts that are offered, or the kind where these are paths. */
function offered(
  words: string[],
  current = "",
): readonly string[] | string {
  const { kind, texts } = candidatesFor(COMMANDS, words, current);
  return kind === "texts" ? texts.map(([text]) => text) : kind;
}

function expectedFor(
  completes: Completes | undefined,
  command: CommandName,
): readonly string[] | string {
  if (completes === "file") return "files";
  if (completes === "directory") return "directories";
  return Array.isArray(completes)
    ? completes
    : (completes as Partial<Record<CommandName, readonly string[]>> | undefined)
      ?.[command] ?? [];
}

function longNames(options: readonly OptionSpec[]): string[] {
  return options.map(({ long }) => `--${long}`);
}

Deno.test("candidatesFor() offers commands, topics and words", () => {
  const cases: [words: string, current: string, expected: unknown][] = [
    ["esmond-ps", "", [...NAMES, "help"]],
    ["/opt/x/esmond-ps", "get-b", [...NAMES, "help"]],
    ["esmond-ps", "--", longNames(PROGRAM_OPTIONS)],
    ["esmond-ps help", "", [...NAMES, ...Object.keys(TOPICS)]],
    ["esmond-ps help time", "", []],
    ["esmond-ps completions", "", SHELLS],
    ["esmond-ps-completions", "p", SHELLS],
    [String.raw`C:\x\esmond-ps-completions.exe`, "", SHELLS],
    ["esmond-ps frobnicate", "", []],
    ["esmond-ps-frobnicate", "", []],
    ["esmond-ps toString", "", []],
    ["esmond-ps get -vIe", "", EVENT_NAMES],
    ["esmond-ps get -u http://a:1/b --tool bwctl/iperf3 -e", "", EVENT_NAMES],
    ["esmond-ps get --event", "", EVENT_NAMES], // it means --event-type
    ["esmond-ps post -k x -v -e throughput", "", "files"],
    ["esmond-ps post --", "p", "files"],
    ["esmond-ps post --", "--ev", "files"],
    ["esmond-ps get --", "--ev", []],
    ["esmond-ps post a", "", longNames(optionsOf("post"))],
    ["esmond-ps post a", "b", []],
    ["", "", [...NAMES, "help"]],
  ];
  for (const [words, current, expected] of cases) {
    assertEquals(offered(words.split(" "), current), expected, words);
  }
});

Deno.test("candidatesFor() offers every option of every command, by either name", () => {
  for (const command of NAMES) {
    const options = optionsOf(command);
    const short = options.flatMap(({ short }) => short ? [`-${short}`] : []);
    for (const words of starts(command)) {
      assertEquals(offered(words, "--"), longNames(options));
      assertEquals(offered(words, "-"), [...longNames(options), ...short]);
    }
  }
});

Deno.test("candidatesFor() offers no option again, unless it may be repeated", () => {
  const again = (words: string) => offered(words.split(" "), "--");
  assert(!again("esmond-ps get -I").includes("--ip"));
  assert(!again("esmond-ps get -vI").includes("--verbose"));
  assert(!again("esmond-ps get --archives=x").includes("--archives"));
  assert(!again("esmond-ps post --url=x").includes("--url"));
  assert(!again("esmond-ps post -ux -k y").includes("--url"));
  assert(again("esmond-ps get --url=x").includes("--url"));
  assert(again("esmond-ps get -F a:b").includes("--filter"));
  assert(again("esmond-ps get -s a -e throughput").includes("--event-type"));
  assert(again("esmond-ps get -s --url").includes("--url")); // it is a value
});

Deno.test("candidatesFor() offers for the value of every option what the table says", () => {
  for (const command of NAMES) {
    const [start, other] = starts(command) as [string[], string[]];
    for (const { long, short, value, completes } of optionsOf(command)) {
      if (value === undefined) continue;
      const expected = expectedFor(completes, command);
      assertEquals(offered([...start, `--${long}`]), expected, long);
      assertEquals(offered(other, `--${long}=`), expected, long);
      if (short === undefined) continue;
      assertEquals(offered([...start, `-${short}`]), expected, long);
      assertEquals(offered(other, `-${short}x`), expected, long);
    }
  }
});

Deno.test("candidatesFor() offers for the word of every command what its entry says", () => {
  for (const command of NAMES) {
    const { completes } = COMMANDS[command] as { completes?: Completes };
    if (completes === undefined) continue;
    for (const words of starts(command)) {
      assertEquals(offered(words), expectedFor(completes, command), command);
    }
  }
});

Deno.test("candidatesFor() tells what stands before a value in the same word", () => {
  const cases: [current: string, lead: string][] = [
    ["--event-type=thr", "--event-type="],
    ["--event-type=a=b", "--event-type="],
    ["--ev=thr", "--ev="],
    ["-ethr", "-e"],
    ["-e=thr", "-e="],
    ["-vIethr", "-vIe"],
    ["-e", ""],
    ["--no-such=x", "--no-such="],
    ["-%e", ""],
  ];
  for (const [current, lead] of cases) {
    const found = candidatesFor(COMMANDS, ["esmond-ps", "get"], current);
    assertEquals(found.lead, lead, current);
  }
});

Deno.test("candidatesFor() explains commands and options in a line", () => {
  const { texts } = candidatesFor(COMMANDS, ["esmond-ps", "get"], "--");
  for (const [text, meaning] of texts) {
    assert(meaning !== "" && !/[\n\t]|\.$/.test(meaning), `${text} ${meaning}`);
  }
});

Deno.test("every option that chooses among known values says so to the shells", () => {
  const table: [
    command: CommandName,
    long: string,
    texts: readonly string[],
  ][] = [
    ["get-endpoints", "event-type", EVENT_NAMES],
    ["post-metadata", "event-type", EVENT_NAMES],
    ["post", "event-type", EVENT_NAMES],
    ["get-metadata", "output-format", ["human", "json", "csv", "ndjson"]],
    ["get", "output-format", ["human", "json", "csv", "ndjson", "parquet"]],
    ["get-bulk", "output-format", ["json", "csv", "ndjson", "parquet"]],
    ["get-bulk", "partition", ["day", "month"]],
    ["get", "summary-type", ["aggregation", "average", "statistics"]],
    ["post-metadata", "subject-type", ["point-to-point", "network-element"]],
    ["post", "input-format", ["json", "ndjson", "csv"]],
    ["serve", "dialect", ["esmond", "elmond"]],
    ["post", "url", []],
    ["get", "tool", []],
  ];
  for (const [command, long, texts] of table) {
    assertEquals(offered(["esmond-ps", command, `--${long}`]), texts, long);
  }
  const heads = offered(["esmond-ps", "post-metadata", "--summary"]);
  assert(heads.includes("packet-loss-rate:aggregation:"));
  for (const head of heads) {
    assert(EVENT_NAMES.includes(head.split(":")[0]!), head);
  }
});

Deno.test("every option that takes a FILE or a DIR says so to the shells", () => {
  for (const { long, value, completes } of OPTIONS as readonly OptionSpec[]) {
    if (value === "FILE") assertEquals(completes, "file", long);
    if (value === "DIR") assertEquals(completes, "directory", long);
  }
});
