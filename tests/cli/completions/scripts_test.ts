import { assert, assertEquals } from "@std/assert";
import { writeScript } from "../../../cli/completions/scripts.ts";
import { EVENT_NAMES, FORMATS, SHELLS } from "../../../cli/options/choices.ts";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import { TOPICS } from "../../../cli/help/topics.ts";
import {
  type Completes,
  OPTIONS,
  optionsOf,
  PROGRAM_OPTIONS,
} from "../../../cli/options/table.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { type Ask, askBash, askFish, askZsh, isBashNew } from "./shells.ts";
import type { CommandName } from "../../../cli/names.ts";
import { isInstalled } from "../../helpers/skipping.ts";

interface Case {
  /** What is typed. */
  line: string;
  /** What is offered for its last word, in any order. */
  offered: readonly string[];
}

const NAMES = Object.keys(COMMANDS) as CommandName[];
const FILES = ["out", "points.csv"];
const DIRECTORIES = ["out"];

/** How a command can be named, and what then is typed first. */
function starts(command: CommandName): string[] {
  return [`esmond-ps ${command}`, `esmond-ps-${command}`];
}

function offeredFor(
  completes: Completes | undefined,
  command: CommandName,
): readonly string[] {
  if (completes === undefined) return [];
  if (completes === "file") return FILES;
  if (completes === "directory") return DIRECTORIES;
  return Array.isArray(completes)
    ? completes
    : (completes as Partial<Record<CommandName, readonly string[]>>)[command] ??
      [];
}

const PROGRAM_CASES: Case[] = [
  { line: "esmond-ps ", offered: [...NAMES, "help"] },
  { line: "esmond-ps get-b", offered: ["get-bulk"] },
  { line: "/opt/x/esmond-ps get-b", offered: ["get-bulk"] },
  {
    line: "esmond-ps --",
    offered: PROGRAM_OPTIONS.map(({ long }) => `--${long}`),
  },
  {
    line: "esmond-ps help ",
    offered: [...NAMES, ...Object.keys(TOPICS)],
  },
  { line: "esmond-ps help time ", offered: [] },
  { line: "esmond-ps completions ", offered: SHELLS },
  { line: "esmond-ps-completions p", offered: ["powershell"] },
  { line: "esmond-ps frobnicate ", offered: [] },
  {
    line: "esmond-ps get -vIe throughput-",
    offered: ["throughput-subintervals"],
  },
  {
    line:
      "esmond-ps get -u http://a:1/b -s x --tool bwctl/iperf3 -e throughput-",
    offered: ["throughput-subintervals"],
  },
  { line: "esmond-ps post -k x -v -e throughput ", offered: FILES },
  { line: "esmond-ps post -- p", offered: ["points.csv"] },
  { line: "esmond-ps get -- --ev", offered: [] },
  { line: "esmond-ps post --gz", offered: [] },
];

const OPTION_CASES: Case[] = NAMES.flatMap((command) =>
  starts(command).map((start) => ({
    line: `${start} --`,
    offered: optionsOf(command).map(({ long }) => `--${long}`),
  }))
);

const VALUE_CASES: Case[] = NAMES.flatMap((command) =>
  optionsOf(command).filter(({ value }) => value !== undefined)
    .flatMap(({ long, short, completes }) => {
      const offered = offeredFor(completes, command);
      const [start, other] = starts(command);
      return [
        { line: `${start} --${long} `, offered },
        { line: `${other} --${long}=`, offered },
        ...(short === undefined
          ? []
          : [{ line: `${start} -${short} `, offered }]),
      ];
    })
);

const WORD_CASES: Case[] = NAMES.filter((name) => COMMANDS[name].completes)
  .flatMap((name) =>
    starts(name).map((start) => ({
      line: `${start} `,
      offered: offeredFor(COMMANDS[name].completes, name),
    }))
  );

/** The candidates in a line that has them all where one word was. */
function candidates(typed: string, shown: string): string[] {
  if (shown.trim() === typed.trim()) return [];
  const [head = ""] = /^.*\s/.exec(typed) ?? [];
  const words = shown.slice(head.length).trim().split(/\s+/);
  return words.map((word) => word.replace(/[=/]$/, "").replace(/^.*=/, ""))
    .filter((word) => word !== "");
}

async function check(
  ask: Ask,
  script: string,
  cases: readonly Case[],
): Promise<void> {
  assert(cases.length > 0);
  await withDirectory(async (cwd) => {
    await Deno.mkdir(`${cwd}/out`);
    await Deno.writeTextFile(`${cwd}/points.csv`, "");
    const lines = cases.map(({ line }) => line);
    const shown = await ask({ script, lines, cwd }, "all");
    assertEquals(shown.length, lines.length);
    for (const [index, { line, offered }] of cases.entries()) {
      assertEquals(
        candidates(line, shown[index]!).sort(),
        [...offered].sort(),
        line,
      );
    }
  });
}

const shells = [
  { shell: "bash", ask: askBash, isHere: isBashNew() },
  { shell: "zsh", ask: askZsh, isHere: isInstalled("zsh") },
  { shell: "fish", ask: askFish, isHere: isInstalled("fish") },
] as const;

for (const { shell, ask, isHere } of shells) {
  const script = writeScript(shell, COMMANDS);
  const where = isHere ? shell : `${shell}, which is not installed here`;
  const test = (name: string, cases: readonly Case[]) =>
    Deno.test({
      name: `${name} in ${where}`,
      ignore: !isHere,
      fn: () => check(ask, script, cases),
    });
  test("commands, topics and words complete", PROGRAM_CASES);
  test(
    "every option of every command completes, by either name,",
    OPTION_CASES,
  );
  test("the value of every option completes as its kind says", VALUE_CASES);
  test("the word of a command completes as its kind says", WORD_CASES);
}

/** What is typed up to the Tab key, and what then is in the line. */
type Typing = readonly [typed: string, shown: string];

async function checkTab(
  ask: Ask,
  script: string,
  cases: readonly Typing[],
  before = "",
): Promise<void> {
  await withDirectory(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/my key.txt`, "");
    const lines = cases.map(([typed]) => typed);
    const shown = await ask({ script, lines, cwd, before }, "tab");
    assertEquals(shown, cases.map(([, shown]) => shown));
  });
}

const META = "esmond-ps post-metadata";

/** Where the shells agree. */
const TYPED: Typing[] = [
  ["esmond-ps get-b", "esmond-ps get-bulk "],
  ["esmond-ps get -e throughput-", "esmond-ps get -e throughput-subintervals "],
  ["esmond-ps get -ethroughput-", "esmond-ps get -ethroughput-subintervals "],
  ["esmond-ps get -Iethroughput-", "esmond-ps get -Iethroughput-subintervals "],
  [
    "esmond-ps-get --event-type=throughput-",
    "esmond-ps-get --event-type=throughput-subintervals ",
  ],
  [
    'esmond-ps get -e "throughput-',
    'esmond-ps get -e "throughput-subintervals" ',
  ],
  [
    `${META} --summary packet-loss-rate-b`,
    `${META} --summary packet-loss-rate-bidir:aggregation:`,
  ],
  [
    `${META} --summary packet-loss-rate:ag`,
    `${META} --summary packet-loss-rate:aggregation:`,
  ],
  [
    `${META} --summary=packet-loss-rate:`,
    `${META} --summary=packet-loss-rate:aggregation:`,
  ],
  ["esmond-ps post --key-file my", "esmond-ps post --key-file my\\ key.txt "],
  ["esmond-ps post --key-file=my", "esmond-ps post --key-file=my\\ key.txt "],
  ["esmond-ps post m", "esmond-ps post my\\ key.txt "],
  ["esmond-ps get -s --ev", "esmond-ps get -s --ev"], // it is a value
  ["echo x | esmond-ps get-b", "echo x | esmond-ps get-bulk "],
  ["A=1 esmond-ps get-b", "A=1 esmond-ps get-bulk "],
];

for (const { shell, ask, isHere } of shells.slice(0, 2)) {
  Deno.test({
    name: isHere
      ? `${shell} puts a completed word into the line as it has to be typed on`
      : `typing in ${shell}, which is not installed here`,
    ignore: !isHere,
    fn: () => checkTab(ask, writeScript(shell, COMMANDS), TYPED),
  });
}

const bashOnly = isBashNew() ? "" : " (not here: no bash, or an old one)";

Deno.test({
  name:
    `bash completes values whatever it takes for the end of a word${bashOnly}`,
  ignore: !isBashNew(),
  fn: async () => {
    const script = writeScript("bash", COMMANDS);
    const typed: Typing[] = [
      ...TYPED.filter(([line]) => !line.includes("=my")),
      [
        "esmond-ps get -e=throughput-",
        "esmond-ps get -e=throughput-subintervals ",
      ],
      [
        'esmond-ps get --event-type="throughput-',
        'esmond-ps get --event-type="throughput-subintervals" ',
      ],
      [
        `${META} --summary "packet-loss-rate:ag`,
        `${META} --summary "packet-loss-rate:aggregation:"`,
      ],
    ];
    for (const without of ["", "=", ":", "=:"]) {
      const before = `COMP_WORDBREAKS=\${COMP_WORDBREAKS//[x${without}]/}`;
      await checkTab(askBash, script, typed, before);
    }
  },
});

Deno.test({
  name: `the script for bash works under strict settings${bashOnly}`,
  ignore: !isBashNew(),
  fn: async () => {
    const before = "set -u; shopt -s failglob nullglob; IFS=,; set -o posix";
    await checkTab(
      askBash,
      writeScript("bash", COMMANDS),
      TYPED.slice(0, 5),
      before,
    );
  },
});

Deno.test({
  name: `what bash offers for one word does not stay for the next${bashOnly}`,
  ignore: !isBashNew(),
  fn: () =>
    checkTab(askBash, writeScript("bash", COMMANDS), [
      [
        `${META} --summary packet-loss-rate:`,
        `${META} --summary packet-loss-rate:aggregation:`,
      ],
      ["esmond-ps post m", "esmond-ps post my\\ key.txt "],
      ["esmond-ps get --url m", "esmond-ps get --url m"],
      ["esmond-ps get-b", "esmond-ps get-bulk "],
    ]),
});

for (
  const { program, args, script } of [
    { program: "bash", args: ["-n"], script: writeScript("bash", COMMANDS) },
    { program: "zsh", args: ["-n"], script: writeScript("zsh", COMMANDS) },
    { program: "fish", args: ["-n"], script: writeScript("fish", COMMANDS) },
  ]
) {
  const isHere = Deno.build.os !== "windows" && isInstalled(program);
  Deno.test({
    name: `${program} finds nothing wrong with its script${
      isHere ? "" : " (it is not installed here)"
    }`,
    ignore: !isHere,
    fn: async () => {
      await withDirectory(async (directory) => {
        const path = `${directory}/script`;
        await Deno.writeTextFile(path, script);
        const { success, stderr } = await new Deno.Command(program, {
          args: [...args, path],
        }).output();
        assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
      });
    },
  });
}

Deno.test("every script has every command, option and text to choose", () => {
  for (const shell of SHELLS) {
    const script = writeScript(shell, COMMANDS);
    const has = (text: string) =>
      new RegExp(`(^|[^\\w-])${RegExp.escape(text)}($|[^\\w-])`, "m")
        .test(script);
    for (const name of NAMES) assert(has(name), `${shell}: ${name}`);
    for (const { long } of OPTIONS) {
      assert(has(`--${long}`) || has(`-l ${long}`), `${shell}: --${long}`);
    }
    for (const text of [...EVENT_NAMES, ...FORMATS["get-bulk"]]) {
      assert(has(text), `${shell}: ${text}`);
    }
  }
});

Deno.test("no script runs the program when it completes", () => {
  for (const shell of SHELLS) {
    const code = writeScript(shell, COMMANDS).split("\n").filter((line) =>
      !line.startsWith("#")
    );
    for (const line of code) {
      assert(!/\$\(\s*esmond-ps|`esmond-ps|& *esmond-ps/.test(line), line);
    }
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
    ["get", "url", []],
    ["get", "tool", []],
  ];
  for (const [command, long, texts] of table) {
    const spec = optionsOf(command).find((each) => each.long === long);
    assertEquals(offeredFor(spec?.completes, command), texts, long);
  }
  const summary = OPTIONS.find(({ long }) => long === "summary")?.completes;
  const heads = offeredFor(summary, "post-metadata");
  assert(heads.includes("packet-loss-rate:aggregation:"));
  assert(heads.every((head) => EVENT_NAMES.includes(head.split(":")[0]!)));
});

Deno.test("every option that takes a FILE or a DIR says so to the shells", () => {
  for (const { long, value, completes } of OPTIONS) {
    if (value === "FILE") assertEquals(completes, "file", long);
    if (value === "DIR") assertEquals(completes, "directory", long);
  }
});
