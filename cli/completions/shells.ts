/**
 * Completion in each shell: a script of a few lines that asks the program, and
 * the program's answer in the form that the script expects.
 *
 * The scripts ask the `esmond-ps` on the PATH for all names of the program, and
 * leave files and directories to the shell.
 *
 * @module
 */

import { PROGRAM_NAMES } from "../options/choices.ts";
import type { Shell } from "../names.ts";
import type { Candidates } from "./candidates.ts";

/** The command, hidden from the help, that the scripts call. */
export const COMPLETE = "__complete";

/** The completion script of a shell. */
export function scriptOf(shell: Shell): string {
  return SHELLS[shell].script;
}

/**
 * The answer to a script.
 *
 * @param shell The shell.
 * @param asked What the script passes.
 * @param find Finds the candidates for some words and the one at the cursor.
 */
export function answerTo(
  shell: Shell,
  asked: readonly string[],
  find: (words: readonly string[], current: string) => Candidates,
): string {
  return SHELLS[shell].answer(asked, find).map((line) => `${line}\n`).join("");
}

interface ShellSupport {
  script: string;
  answer(
    asked: readonly string[],
    find: (words: readonly string[], current: string) => Candidates,
  ): string[];
}

const NAMES = ["esmond-ps", ...PROGRAM_NAMES].join(" ");

const SHELLS: Record<Shell, ShellSupport> = {
  bash: {
    script:
      `# Completes the command lines of esmond-ps in bash. To have it in every shell, put this line into ~/.bashrc:
#   eval "$(esmond-ps completions bash)"

_esmond_ps() {
  local IFS=$'\\n'
  COMPREPLY=($(command esmond-ps ${COMPLETE} bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null </dev/null))
  case \${COMPREPLY[0]-} in
    :files) COMPREPLY=() && compopt -o default 2>/dev/null ;;
    :directories) COMPREPLY=() && compopt -o dirnames 2>/dev/null ;;
    *:) compopt -o nospace 2>/dev/null ;;
  esac
}
# Before bash 4, files are offered wherever nothing else is.
if type compopt >/dev/null 2>&1; then
  complete -F _esmond_ps ${NAMES}
else
  complete -o default -F _esmond_ps ${NAMES}
fi
`,
    answer: ([line = "", breaks = "", ...pieces], find) => {
      const words = wordsOfBash(line, pieces);
      const current = words.pop() ?? "";
      const { kind, lead, texts } = find(words, current);
      if (kind !== "texts") return [`:${kind}`];
      const value = current.slice(lead.length);
      const isQuoted = /^["']/.test(value);
      const begun = isQuoted ? value.slice(1) : value;
      // A quoted value is replaced alone; else what follows the last break.
      const cut = isQuoted ? lead.length : replacedFrom(current, breaks);
      return texts.filter(([text]) => text.startsWith(begun))
        .map(([text]) => (lead + text).slice(cut));
    },
  },
  zsh: {
    script: `#compdef ${NAMES}

# Completes the command lines of esmond-ps in zsh. To have it in every shell, save it as _esmond-ps in a directory of $fpath:
#   esmond-ps completions zsh > /usr/local/share/zsh/site-functions/_esmond-ps

_esmond-ps() {
  local -a found
  found=("\${(@f)$(command esmond-ps ${COMPLETE} zsh "=\${(Q)PREFIX}" "\${(@Q)words[1,CURRENT-1]}" 2>/dev/null </dev/null)}")
  [[ -n $found[1] ]] || return 1
  local kind=\${found[1]%% *} lead=\${found[1]##* }
  shift found
  compset -p $lead
  case $kind in
    files) _files ;;
    directories) _files -/ ;;
    beginnings) compadd -S '' -a found ;;
    texts) compadd -a found ;;
    described) _describe -t values value found ;;
  esac
}

if [[ $funcstack[1] == _esmond-ps ]]; then
  _esmond-ps "$@"
else
  compdef _esmond-ps ${NAMES}
fi
`,
    answer: ([current = "", ...words], find) => {
      const { kind, lead, texts } = find(words, current.slice(1));
      const isDescribed = texts.some(([, meaning]) => meaning !== "");
      const shown = kind !== "texts"
        ? kind
        : isDescribed
        ? "described"
        : texts[0]?.[0].endsWith(":")
        ? "beginnings"
        : "texts";
      return [
        `${shown} ${lead.length}`,
        ...texts.map(([text, meaning]) =>
          isDescribed ? `${text.replace(/[\\:]/g, "\\$&")}:${meaning}` : text
        ),
      ];
    },
  },
  fish: {
    script:
      `# Completes the command lines of esmond-ps in fish. To have it in every shell:
#   esmond-ps completions fish > ~/.config/fish/conf.d/esmond-ps.fish

function __esmond_ps
    set -l current (commandline -ct)
    set -l found (command esmond-ps ${COMPLETE} fish "=$current" (commandline -opc) 2>/dev/null </dev/null)
    test -n "$found[1]"
    or return
    set -l kind (string split ' ' -- $found[1])
    set -l lead (string sub -l $kind[2] -- $current)
    set -l value (string sub -s (math $kind[2] + 1) -- $current)
    switch $kind[1]
        case files
            string join \\n -- "$lead"(__fish_complete_path $value)
        case directories
            string join \\n -- "$lead"(__fish_complete_directories $value '')
        case '*'
            string join \\n -- $found[2..-1]
    end
end

for name in ${NAMES}
    complete -c $name -f -a '(__esmond_ps)'
end
`,
    answer: ([current = "", ...words], find) => {
      const { kind, lead, texts } = find(words, current.slice(1));
      return [
        `${kind} ${lead.length}`,
        ...texts.map(([text, meaning]) =>
          meaning === "" ? lead + text : `${lead}${text}\t${meaning}`
        ),
      ];
    },
  },
  powershell: {
    script:
      `# Completes the command lines of esmond-ps in PowerShell. To have it in every shell, add this line to the file $PROFILE:
#   esmond-ps completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ${
        NAMES.split(" ").map((name) => `'${name}'`).join(", ")
      } -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # The words before the one at the cursor.
    $words = @($commandAst.CommandElements | ForEach-Object { $_.Extent.Text })
    if ($wordToComplete -ne '') {
        $at = [Array]::LastIndexOf($words, $wordToComplete)
        if ($at -lt 1) { $at = [Math]::Max(1, $words.Count - 1) }
        $words = @($words | Select-Object -First $at)
    }
    $kind, $found = @(esmond-ps ${COMPLETE} powershell "=$wordToComplete" @words 2>$null)
    if ($kind -ne 'texts') {
        return # PowerShell offers paths itself
    }
    $results = @(foreach ($line in $found) {
        $text, $shown, $meaning = $line -split "\`t"
        [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $meaning)
    })
    if ($results.Count -gt 0) { $results } else { '' } # nothing at all would have it offer paths
}
`,
    answer: ([current = "", ...words], find) => {
      const typed = current.slice(1);
      const { kind, lead, texts } = find(words, typed);
      return [
        kind,
        ...texts.filter(([text]) => (lead + text).startsWith(typed))
          .map(([text, meaning]) =>
            `${lead}${text}\t${text}\t${meaning || text}`
          ),
      ];
    },
  },
};

/**
 * The words as the program gets them: bash divides them at `=` and `:`, too.
 *
 * @param line The command line up to the cursor.
 * @param pieces The words as bash has them, up to that at the cursor.
 */
function wordsOfBash(line: string, pieces: readonly string[]): string[] {
  const words: string[] = [];
  let rest = line;
  for (const [at, piece] of pieces.entries()) {
    const trimmed = rest.trimStart();
    const isNew = at === 0 || trimmed.length < rest.length;
    const word = at < pieces.length - 1 ? piece : trimmed;
    rest = trimmed.startsWith(word) ? trimmed.slice(word.length) : trimmed;
    if (isNew) words.push(word);
    else words.push((words.pop() ?? "") + word);
  }
  return words;
}

/** Where the part of a word begins that bash replaces: after the last break. */
function replacedFrom(word: string, breaks: string): number {
  const last = ["=", ":"].filter((char) => breaks.includes(char))
    .map((char) => word.lastIndexOf(char) + 1);
  return Math.max(0, ...last);
}
