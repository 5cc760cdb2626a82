/**
 * The script for bash, 3.2 or later.
 *
 * @module
 */

import type { CompletedCommand, CompletionTable, Offer } from "./table.ts";

/** The script. */
export function bashScript(
  { programs, commands, lists }: CompletionTable,
): string {
  const names = programs.join(" ");
  const texts = lists.map(({ name, texts }) =>
    `  local of_${name}='${texts.map(([text]) => text).join(" ")}'\n`
  ).join("");
  return `# Completes the command lines of esmond-ps in bash. To have it in every shell, put this line into ~/.bashrc:
#   eval "$(esmond-ps completions bash)"

_esmond_ps() {
${texts}${READ_WORDS}
  # Behind the = of an option is what its value can be.
  local options='' offer=nothing
  case $command in
${commands.map(branch).join("")}  esac
${FIND_OFFER}${ANSWER}}
${FIND_OPTION}
if type compopt >/dev/null 2>&1; then
  complete -F _esmond_ps ${names}
else # before bash 4: files are offered wherever nothing else is
  complete -o default -F _esmond_ps ${names}
fi
`;
}

function branch({ name, options, word }: CompletedCommand): string {
  const lines = options.map(({ names, value, offer }) =>
    names.map((each) => value === undefined ? each : `${each}=${label(offer)}`)
      .join(" ")
  );
  return `    ${name || "''"})
      offer='${label(word)}'
      options='${lines.join("\n        ")}'
      ;;
`;
}

function label(offer: Offer): string {
  return offer.kind === "list" ? `of_${offer.list.name}` : offer.kind;
}

const READ_WORDS = `
  # The words as the program gets them, up to the cursor; bash divides them at = and : besides.
  local IFS=$' \\t\\n' line=\${COMP_LINE:0:COMP_POINT} words=() gap word i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=\${line%%[![:space:]]*}
    line=\${line#"$gap"}
    word=\${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$line
    line=\${line#"$word"}
    if [[ -n $gap ]] || ((i == 0)); then
      words+=("$word")
    else
      words[\${#words[@]} - 1]+=$word
    fi
  done
  local last=$((\${#words[@]} - 1))

  # The command is the first word, or in the name of the program.
  local command=\${words[0]##*/} first=1
  command=\${command%.exe}
  case $command in
    esmond-ps-*) command=\${command#esmond-ps-} ;;
    *)
      command=''
      if ((last > 1)); then
        command=\${words[1]} first=2
      fi
      ;;
  esac
`;

const FIND_OFFER = `  options=" \${options//[[:space:]]/ } "

  # Whether the cursor is at the value of an option, at a word, or at an option.
  local option='' lead='' is_ended=''
  for ((i = first; i < last; i++)); do
    word=\${words[i]}
    if [[ -z $is_ended && $word == -- ]]; then
      is_ended=1
    elif [[ -z $is_ended && $word == -?* ]]; then
      _esmond_ps_option "$word"
      if [[ -n $option && -z $lead ]] && ((++i == last)); then break; fi
      option=''
    else
      offer=nothing # no command takes a second word
    fi
  done
  local current=\${words[last]}
  if [[ -z $option ]]; then
    lead=''
    if [[ -z $is_ended && ($current == -* || $offer$current == nothing) ]]; then
      _esmond_ps_option "$current"
      if [[ -z $lead ]]; then
        option='' offer=options
      elif [[ -z $option ]]; then
        offer=nothing
      fi
    fi
  fi
  if [[ -n $option ]]; then
    offer=\${options#*" $option="}
    offer=\${offer%% *}
  fi
`;

const ANSWER = `
  COMPREPLY=()
  case $offer in
    nothing) ;;
    file) compopt -o default 2>/dev/null ;;
    directory) compopt -o dirnames 2>/dev/null ;;
    options)
      for word in $options; do
        word=\${word%%=*}
        [[ $word != "\${current:---}"* ]] || COMPREPLY+=("$word")
      done
      ;;
    *)
      # Only what follows the last = or : is replaced, unless a quote makes them part of the word.
      local value=\${current#"$lead"} breaks=\${COMP_WORDBREAKS//[!=:]/} cut=''
      if [[ $value == [\\"\\']* ]]; then
        value=\${value:1} lead=''
      elif [[ -n $breaks ]]; then
        cut=\${current%"\${current##*[$breaks]}"}
      fi
      for word in \${!offer}; do
        [[ $word == "$value"* ]] || continue
        [[ $word != *: ]] || compopt -o nospace 2>/dev/null
        word=$lead$word
        COMPREPLY+=("\${word#"$cut"}")
      done
      ;;
  esac
`;

const FIND_OPTION = `
# Finds the option in a word that takes a value, and what stands before the value, if it is in the same word.
_esmond_ps_option() {
  local word=$1 i
  option='' lead=''
  case $word in
    --*=*)
      option=\${word%%=*}
      lead=$option=
      ;;
    --*) option=$word ;;
    -?*)
      for ((i = 1; i < \${#word}; i++)); do
        option=-\${word:i:1}
        if [[ $options == *" $option="* ]]; then break; fi
      done
      if ((i + 1 < \${#word})); then
        lead=\${word:0:i + 1}
        if [[ \${word:i + 1:1} == = ]]; then lead+='='; fi
      fi
      ;;
  esac
  [[ $options == *" $option="* ]] || option=''
}
`;
