import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import { candidatesFor } from "../../../cli/completions/candidates.ts";
import { answerTo, scriptOf } from "../../../cli/completions/shells.ts";
import { PROGRAM_NAMES } from "../../../cli/options/choices.ts";
import type { Shell } from "../../../cli/names.ts";
import { SHELLS } from "../../../cli/options/choices.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runCli } from "../../helpers/run.ts";
import { notInstalled, testUnless } from "../../helpers/skipping.ts";
import {
  type Ask,
  askBash,
  askFish,
  askZsh,
  isBashNew,
} from "./real_shells.ts";

const META = "esmond-ps post-metadata";

/** What is typed, and what is offered for its last word, in any order. */
const CASES: [line: string, offered: readonly string[]][] = [
  ["esmond-ps ", [...Object.keys(COMMANDS), "help"]],
  ["/opt/x/esmond-ps get-b", ["get-bulk"]],
  ["esmond-ps --", ["--help", "--version", "--list-events"]],
  ["esmond-ps help time ", []],
  ["esmond-ps frobnicate ", []],
  ["esmond-ps completions ", SHELLS],
  ["esmond-ps post --gz", []],
  ["esmond-ps post --", offered("esmond-ps post", "--")],
  ["esmond-ps post -k x -v -e throughput ", ["out", "points.csv"]],
  ["esmond-ps post -- p", ["points.csv"]],
  ["esmond-ps get-bulk -D ", ["out"]],
  ["esmond-ps get-bulk --output-directory=", ["out"]],
  ["esmond-ps get --hosts=p", ["points.csv"]],
  ["esmond-ps get --url ", ["out", "points.csv"]],
  ["esmond-ps post --url ", []],
  ["esmond-ps get -- --ev", []],
  ["esmond-ps get -vIe throughput-", ["throughput-subintervals"]],
  [
    "esmond-ps get -u http://a:1/b -s x --tool bwctl/iperf3 -e throughput-",
    ["throughput-subintervals"],
  ],
  ...PROGRAM_NAMES.map((name): [string, string[]] => [
    `${name} --event-type throughput-`,
    ["throughput-subintervals"],
  ]),
];

function offered(words: string, current: string): string[] {
  return candidatesFor(COMMANDS, words.split(" "), current).texts
    .map(([text]) => text);
}

/** The candidates in a line that has them all where one word was. */
function candidates(typed: string, shown: string): string[] {
  if (shown.trim() === typed.trim()) return [];
  const [head = ""] = /^.*\s/.exec(typed) ?? [];
  const words = shown.slice(head.length).trim().split(/\s+/);
  return words.map((word) => word.replace(/[=/]$/, "").replace(/^.*=/, ""))
    .filter((word) => word !== "");
}

const noBash = isBashNew() ? undefined : "bash is absent, or too old";

/** The shells that can be asked here; of the others, why not. */
const shells: { shell: Shell; ask: Ask; lacks: string | undefined }[] = [
  { shell: "bash", ask: askBash, lacks: noBash },
  { shell: "zsh", ask: askZsh, lacks: notInstalled("zsh") },
  { shell: "fish", ask: askFish, lacks: notInstalled("fish") },
];

for (const { shell, ask, lacks } of shells) {
  testUnless(
    lacks,
    `commands, options, values, files and words complete in ${shell}`,
    async () => {
      await withDirectory(async (cwd) => {
        await Deno.mkdir(`${cwd}/out`);
        await Deno.writeTextFile(`${cwd}/points.csv`, "");
        const lines = CASES.map(([line]) => line);
        const script = scriptOf(shell);
        const shown = await ask({ script, lines, cwd }, "all");
        assertEquals(shown.length, lines.length);
        for (const [index, [line, offered]] of CASES.entries()) {
          assertEquals(
            candidates(line, shown[index]!).sort(),
            [...offered].sort(),
            line,
          );
        }
      });
    },
  );

  testUnless(
    lacks,
    `${shell} finds nothing wrong with its script`,
    async () => {
      await withDirectory(async (directory) => {
        const path = `${directory}/script`;
        await Deno.writeTextFile(path, scriptOf(shell));
        const { success, stderr } = await new Deno.Command(shell, {
          args: ["-n", path],
        }).output();
        assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
      });
    },
  );

  testUnless(
    lacks,
    `without the program, ${shell} offers nothing and says nothing`,
    async () => {
      await withDirectory(async (cwd) => {
        const line = "esmond-ps get-b";
        const question = { script: scriptOf(shell), lines: [line], cwd };
        const shown = await ask({ ...question, program: "exit 127" }, "all");
        assertEquals(shown.map((each) => each.trim()), [
          shell === "fish" ? "esmond-ps" : line,
        ]);
      });
    },
  );
}

/** What is typed up to the Tab key, and what then is in the line. */
type Typing = readonly [typed: string, shown: string];

async function checkTab(
  ask: Ask,
  shell: Shell,
  cases: readonly Typing[],
  before = "",
): Promise<void> {
  await withDirectory(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/my key.txt`, "");
    const lines = cases.map(([typed]) => typed);
    const question = { script: scriptOf(shell), lines, cwd, before };
    const shown = await ask(question, "tab");
    assertEquals(shown, cases.map(([, shown]) => shown));
  });
}

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

for (const { shell, ask, lacks } of shells.slice(0, 2)) {
  testUnless(
    lacks,
    `${shell} inserts a completed word as it has to be typed`,
    () => checkTab(ask, shell, TYPED),
  );
}

testUnless(
  noBash,
  "bash completes values whatever it takes for the end of a word",
  async () => {
    const typed: Typing[] = [
      ...[TYPED[4]!, TYPED[7]!, TYPED[8]!],
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
      await checkTab(askBash, "bash", typed, before);
    }
  },
);

testUnless(
  noBash,
  "the script for bash works under strict settings",
  async () => {
    const before = "set -u; shopt -s failglob nullglob; IFS=,; set -o posix";
    await checkTab(askBash, "bash", TYPED.slice(0, 5), before);
  },
);

testUnless(
  noBash,
  "what bash offers for one word does not stay for the next",
  () =>
    checkTab(askBash, "bash", [
      [
        `${META} --summary packet-loss-rate:`,
        `${META} --summary packet-loss-rate:aggregation:`,
      ],
      ["esmond-ps post m", "esmond-ps post my\\ key.txt "],
      ["esmond-ps post --url m", "esmond-ps post --url m"],
      ["esmond-ps get-b", "esmond-ps get-bulk "],
    ]),
);

Deno.test("every script registers the five names of the program", () => {
  for (const shell of SHELLS) {
    const code = scriptOf(shell).replace(/^# .*$/gm, "");
    for (const name of ["esmond-ps", ...PROGRAM_NAMES]) {
      assert(new RegExp(`[ ']${name}[ ';\n]`).test(code), `${shell}: ${name}`);
    }
  }
});

Deno.test("answerTo() puts the words of bash together again, which it divides at = and :", () => {
  const answer = (line: string, pieces: string[], breaks = " \t\n\"'=:") => {
    let asked: unknown;
    const text = answerTo(
      "bash",
      [line, breaks, ...pieces],
      (words, current) => {
        asked = [words, current];
        return candidatesFor(COMMANDS, words, current);
      },
    );
    return [asked, text];
  };
  assertEquals(
    answer("esmond-ps  get -u http://a:1 --ev=throughput-s", [
      ...["esmond-ps", "get", "-u", "http", "://", "a", ":", "1"],
      ...["--ev", "=", "throughput-subxyz"], // with what follows the cursor
    ]),
    [
      [["esmond-ps", "get", "-u", "http://a:1"], "--ev=throughput-s"],
      "throughput-subintervals\n",
    ],
  );
  assertEquals(
    answer("esmond-ps post-metadata --summary packet-loss-rate:ag", [
      ...["esmond-ps", "post-metadata", "--summary"],
      ...["packet-loss-rate", ":", "ag"],
    ])[1],
    "aggregation:\n",
  );
  assertEquals(
    answer("esmond-ps get -ethroughput-", [
      ...["esmond-ps", "get", "-ethroughput-"],
    ])[1],
    "-ethroughput-subintervals\n",
  );
  assertEquals(
    answer("esmond-ps post ", ["esmond-ps", "post", ""])[1],
    ":files\n",
  );
});

Deno.test("answerTo() explains candidates to zsh, fish and PowerShell", () => {
  const answer = (shell: Shell, words: string[], current: string) =>
    answerTo(
      shell,
      [`=${current}`, "esmond-ps", ...words],
      (words, current) => candidatesFor(COMMANDS, words, current),
    ).split("\n");
  assertEquals(answer("zsh", ["get-bulk"], "-").slice(0, 2), [
    "described 0",
    "--help:Show this help",
  ]);
  assertEquals(answer("zsh", ["get-bulk"], "--partition="), [
    ...["texts 12", "day", "month", ""],
  ]);
  assertEquals(answer("zsh", ["get-bulk"], "-D/x"), ["directories 2", ""]);
  assertEquals(
    answer("zsh", ["post-metadata", "--summary"], "")[0],
    "beginnings 0",
  );
  assertEquals(answer("fish", ["get-bulk"], "--partition=m"), [
    ...["texts 12", "--partition=day", "--partition=month", ""],
  ]);
  assertEquals(answer("fish", [], "").slice(0, 2), [
    "texts 0",
    `get-endpoints\t${COMMANDS["get-endpoints"].summary}`,
  ]);
  assertEquals(answer("powershell", ["get-bulk"], "--partition=m"), [
    ...["texts", "--partition=month\tmonth\tmonth", ""],
  ]);
  assertEquals(answer("powershell", ["get-bulk"], "-D"), [
    ...["texts", `-D\t-D\tDirectory to write to`, ""],
  ]);
});

Deno.test("the hidden command answers scripts, and nobody else", async () => {
  const ask = async (...argv: string[]) => {
    const { exit, stdout, stderr } = await runCli(["__complete", ...argv]);
    assertEquals([exit, stderr], [0, ""]);
    return stdout;
  };
  assertEquals(
    await ask("bash", "esmond-ps get-b", "=:", "esmond-ps", "get-b"),
    "get-bulk\n",
  );
  for (const argv of [[], ["tcsh"], ["tcsh", "=", "esmond-ps"]]) {
    assertEquals(await ask(...argv), "");
  }
  const help = await runCli(["--help"]);
  assert(!help.stdout.includes("complete "), help.stdout);
});

/**
 * What is in the script besides texts and comments: a text is in single quotes,
 * where a quote is doubled.
 */
function withoutTexts(script: string): string {
  return script.replace(
    /#.*|'(?:[^'\n]|'')*'|"[^"\n]*"/g,
    (found) => found.startsWith("#") ? "" : "''",
  );
}

Deno.test("the script for PowerShell closes what it opens", () => {
  const code = withoutTexts(scriptOf("powershell"));
  const open: string[] = [];
  const pairs: Record<string, string> = { "}": "{", ")": "(", "]": "[" };
  for (const char of code.replace(/[^{}()[\]]/g, "")) {
    if (char in pairs) assertEquals(open.pop(), pairs[char]);
    else open.push(char);
  }
  assertEquals(open, []);
  assert(!/['"]/.test(code.replaceAll("''", "")), "a quote is left open");
});
