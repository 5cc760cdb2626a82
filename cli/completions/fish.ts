/**
 * The script for fish.
 *
 * @module
 */

import type {
  CompletedOption,
  CompletionTable,
  Offer,
  TextList,
} from "./table.ts";

/** The script. */
export function fishScript(
  { programs, commands, lists }: CompletionTable,
): string {
  const named = commands.map(({ name }) => name || "''");
  const words = commands.flatMap(({ word }, index) =>
    wordRows(word).map(([when, row]) => `${when} "${named[index]}" ${row}\n`)
  );
  const options = new Map<string, string[]>();
  for (const [index, command] of commands.entries()) {
    for (const row of command.options.map(optionRow)) {
      options.set(row, [...options.get(row) ?? [], named[index]!]);
    }
  }
  const rows = [...options].map(([row, of]) =>
    `__esmond_ps_for "${of.join(" ")}" ${row}\n`
  );
  return `# Completes the command lines of esmond-ps in fish. To have it in every shell:
#   esmond-ps completions fish > ~/.config/fish/conf.d/esmond-ps.fish

${lists.filter((list) => !list.isExplained).map(variable).join("")}${FUNCTIONS}
for program in ${programs.join(" ")}
    complete -c $program -f
end
${words.join("")}
${rows.join("")}
functions -e __esmond_ps_for __esmond_ps_for_first_word __esmond_ps_complete
`;
}

function variable({ name, texts }: TextList): string {
  const words = texts.map(([text]) => text).join(" ");
  return `set -l of_${name} ${words}\n`;
}

function wordRows(offer: Offer): [when: string, row: string][] {
  if (offer.kind === "nothing") return [];
  if (offer.kind !== "list") return [["__esmond_ps_for", values(offer)]];
  const { texts, isExplained } = offer.list;
  const rows = isExplained
    ? texts.map(([text, meaning]) => `-a ${text} -d ${quoted(meaning)}`)
    : [values(offer)];
  return rows.map((row) => ["__esmond_ps_for_first_word", row]);
}

function optionRow(
  { names, value, summary, offer }: CompletedOption,
): string {
  const spelled = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`
  );
  const takes = value === undefined ? [] : ["-r", values(offer)];
  return [...spelled, ...takes, "-d", quoted(summary)].join(" ");
}

function values(offer: Offer): string {
  switch (offer.kind) {
    case "file":
      return "-F";
    case "directory":
      return "-f -a '(__fish_complete_directories)'";
    case "nothing":
      return "-f";
    case "list":
      return `-f -a "$of_${offer.list.name}"`;
  }
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

const FUNCTIONS = `
# The command at hand, whether it is a word or in the name of the program, and what follows it.
function __esmond_ps_words
    set -l words (commandline -opc)
    set words[1] (string replace -r '^(.*/)?esmond-ps-?' '' -- $words[1])
    test -n "$words[1]"
    or set -e words[1]
    printf '%s\\n' $words
end

function __esmond_ps_is
    set -l words (__esmond_ps_words)
    contains -- "$words[1]" $argv
end

# Whether the command is one of these, and has no word yet.
function __esmond_ps_awaits_word
    set -l words (__esmond_ps_words)
    contains -- "$words[1]" $argv
    and not string match -qv -- '-*' $words[2..-1]
end

function __esmond_ps_complete
    complete -c esmond-ps -n "$argv[1] $argv[2]" $argv[3..-1]
    for command in (string match -v -- "''" (string split ' ' -- $argv[2]))
        complete -c esmond-ps-$command -n "$argv[1] $argv[2]" $argv[3..-1]
    end
end

function __esmond_ps_for
    __esmond_ps_complete __esmond_ps_is $argv
end

function __esmond_ps_for_first_word
    __esmond_ps_complete __esmond_ps_awaits_word $argv
end
`;
