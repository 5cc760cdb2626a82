/**
 * Real shells, asked what they make of a line that ends where a person presses
 * a key.
 */

import { join } from "@std/path";
import { PROGRAM } from "../../helpers/program.ts";
import { isInstalled } from "../../helpers/skipping.ts";

/** What is asked of a shell. */
export interface Question {
  /** The completion script. */
  script: string;
  /** What is typed. */
  lines: readonly string[];
  /** Where the shell is. */
  cwd: string;
  /** What it is told before. */
  before?: string;
  /** What the shell finds as `esmond-ps`; the program if absent. */
  program?: string;
}

/**
 * For each line what it becomes with all candidates in it, or with what one
 * press of the Tab key gives.
 */
export type Ask = (
  question: Question,
  key: "all" | "tab",
) => Promise<string[]>;

/**
 * Whether bash can show its command line, which that of macOS is too old for.
 */
export function isBashNew(): boolean {
  if (Deno.build.os === "windows" || !isInstalled("bash")) return false;
  const { stdout } = new Deno.Command("bash", {
    args: ["-c", "echo $BASH_VERSINFO"],
  }).outputSync();
  return Number(new TextDecoder().decode(stdout)) >= 4;
}

/** Bash edits its line even if what is typed comes through a pipe. */
export const askBash: Ask = async (question, key) => {
  const lines = [
    "bind 'set bell-style none'",
    `bind '"\\C-xa": insert-completions'`,
    `bind -x '"\\C-xs": printf "<<%s>>\\n" "$READLINE_LINE"'`,
    question.before ?? "",
    'source "$SCRIPTS/esmond-ps.bash"',
  ];
  const press = key === "all" ? "\x18a" : "\t";
  const typed = question.lines.map((line) => `${line}${press}\x18s\x15`);
  const output = await run(
    "bash",
    ["--norc", "--noprofile", "-i"],
    question,
    { "esmond-ps.bash": question.script },
    `${lines.join("\n")}\n${typed.join("")}\nexit\n`,
  );
  return [...output.matchAll(/^<<(.*)>>\r?$/gm)].map(([, line]) => line!);
};

/** Zsh edits only what comes from a terminal: another zsh makes one. */
export const askZsh: Ask = async (question, key) => {
  const press = key === "all" ? "\x18a" : "\t";
  const typed = question.lines.map((line) => `${line}${press}\x18s\n`);
  return (await run(
    "zsh",
    ["-f", "driver.zsh"],
    question,
    {
      "_esmond-ps": question.script,
      "inner.zsh": `${question.before ?? ""}\n${ZSH_INNER}`,
      "driver.zsh": ZSH_DRIVER,
      "typed": typed.join(""),
    },
  )).split("\n").filter((line) => line !== "");
};

const ZSH_INNER = `
PS1= PS2= TERM=dumb
fpath=($SCRIPTS $fpath)
autoload -Uz compinit
compinit -D -u
insert-all() { _main_complete; compstate[insert]=all }
zle -C insert-all complete-word insert-all
show() { print -r -- $BUFFER >>$SCRIPTS/shown; BUFFER=; print -n "<<$((++shown))>>" }
zle -N show
bindkey '^Xa' insert-all '^Xs' show '^I' complete-word
unsetopt always_last_prompt list_beep
print '<<0>>'
`;

const ZSH_DRIVER = `
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "source $SCRIPTS/inner.zsh"
zpty -r inner said $'*\\n<<0>>*'
count=0
while IFS= read -r keys; do
  zpty -w -n inner "$keys"
  zpty -r inner said "*<<$((++count))>>*"
done <$SCRIPTS/typed
zpty -d inner
cat $SCRIPTS/shown
`;

/**
 * Fish prints its candidates when asked; here they are put into the line, as the
 * other shells do.
 */
export const askFish: Ask = async (question) => {
  const asked = question.lines.map((line) =>
    `complete -C ${
      JSON.stringify(line)
    } | string replace -r '\\t.*' ''\necho '<<>>'\n`
  );
  const output = await run(
    "fish",
    ["ask.fish"],
    question,
    {
      "esmond-ps.fish": question.script,
      "ask.fish": `${question.before ?? ""}\nsource $SCRIPTS/esmond-ps.fish\n${
        asked.join("")
      }`,
    },
  );
  return output.split("<<>>\n").slice(0, -1).map((said, index) => {
    const head = question.lines[index]!.replace(/\S*$/, "");
    return head + said.replaceAll("\n", " ");
  });
};

/** A call of the program, which looks for Deno's cache in the true HOME. */
const THE_PROGRAM = `HOME=${quoted(Deno.env.get("HOME") ?? "")} exec ${
  PROGRAM.map(quoted).join(" ")
} "$@"`;

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Runs a shell on its files, which stand in a directory of their own. */
async function run(
  shell: string,
  args: string[],
  { cwd, program = THE_PROGRAM }: Question,
  files: Record<string, string>,
  input = "",
): Promise<string> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(directory, name), text);
    }
    await Deno.mkdir(join(directory, "bin"));
    await Deno.writeTextFile(
      join(directory, "bin/esmond-ps"),
      `#!/bin/sh\n${program}\n`,
      { mode: 0o755 },
    );
    const child = new Deno.Command(shell, {
      args: args.map((arg) => arg in files ? join(directory, arg) : arg),
      cwd,
      env: {
        SCRIPTS: directory,
        PATH: `${join(directory, "bin")}:${Deno.env.get("PATH")}`,
        HOME: directory,
        ZDOTDIR: directory,
        XDG_CONFIG_HOME: directory,
        XDG_DATA_HOME: directory,
        INPUTRC: "/dev/null",
        TERM: "dumb",
        LC_ALL: "C.UTF-8",
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(60_000),
    }).spawn();
    const writer = child.stdin.getWriter();
    const written = writer.write(new TextEncoder().encode(input))
      .then(() => writer.close());
    const { stdout, stderr } = await child.output();
    await written;
    const told = new TextDecoder().decode(stderr);
    if (shell === "fish" && told !== "") throw new Error(told);
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
