/**
 * The script for zsh.
 *
 * @module
 */

import type {
  CompletedCommand,
  CompletedOption,
  CompletionTable,
  Offer,
  TextList,
} from "./table.ts";

/** The script. */
export function zshScript(
  { programs, commands, lists }: CompletionTable,
): string {
  const names = programs.join(" ");
  return `#compdef ${names}

# Completes the command lines of esmond-ps in zsh. To have it in every shell, save it as _esmond-ps in a directory of $fpath:
#   esmond-ps completions zsh > /usr/local/share/zsh/site-functions/_esmond-ps

_esmond-ps() {
  local curcontext=$curcontext command=''
${lists.map(variable).join("")}
  # The command is the first word, or in the name of the program.
  if [[ $service == esmond-ps-* ]]; then
    command=\${service#esmond-ps-}
  elif (( CURRENT > 2 )); then
    command=$words[2]
    shift words
    (( CURRENT-- ))
  fi
  curcontext="\${curcontext%:*:*}:esmond-ps-$command:"
  case $command in
${commands.map(branch).join("")}  esac
}

if [[ $funcstack[1] == _esmond-ps ]]; then
  _esmond-ps "$@"
else
  compdef _esmond-ps ${names}
fi
`;
}

function variable({ name, texts }: TextList): string {
  const entries = texts.map(([text, meaning]) =>
    quoted(meaning === "" ? text : `${escaped(text, ":")}:${meaning}`)
  );
  return `  local -a of_${name}\n  of_${name}=(${entries.join(" ")})\n`;
}

function branch({ name, options, word }: CompletedCommand): string {
  const specs = [
    ...options.map(optionSpec),
    ...(word.kind === "nothing" ? [] : [quoted(`1: :${action(word)}`)]),
  ];
  return `    ${name || "''"})
      _arguments -s -S : \\
        ${specs.join(" \\\n        ")}
      ;;
`;
}

/**
 * As `_arguments` reads it: what it excludes, its names, what it does, what its
 * value is.
 */
function optionSpec(
  { names, value, isRepeatable, summary, offer }: CompletedOption,
): string {
  const forms = names.map((name) =>
    value === undefined ? name : name + (name.startsWith("--") ? "=" : "+")
  );
  const others = isRepeatable ? "*" : `(${names.join(" ")})`;
  const takes = value === undefined
    ? ""
    : `:${escaped(value, ":")}:${action(offer)}`;
  const rest = quoted(`[${escaped(summary, "[]")}]${takes}`);
  const spelled = forms.length === 1 ? forms[0] : `{${forms.join(",")}}`;
  return `${quoted(others)}${spelled}${rest}`;
}

function action(offer: Offer): string {
  switch (offer.kind) {
    case "file":
      return "_files";
    case "directory":
      return "_files -/";
    case "nothing":
      return " ";
    case "list":
      return listAction(offer.list);
  }
}

function listAction({ name, isExplained, isBeginning }: TextList): string {
  if (isExplained) return `{_describe -t ${name}s ${name} of_${name}}`;
  return `compadd${isBeginning ? ' -S ""' : ""} -a of_${name}`;
}

function escaped(text: string, chars: string): string {
  const special = ["\\", ...chars];
  return Array.from(text, (char) => special.includes(char) ? `\\${char}` : char)
    .join("");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
