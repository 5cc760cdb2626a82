/**
 * The script for PowerShell.
 *
 * @module
 */

import type { CompletedCommand, CompletionTable, Offer } from "./table.ts";

/** The script. */
export function powershellScript(
  { programs, commands, lists }: CompletionTable,
): string {
  const texts = lists.map(({ name, texts }) =>
    `        '${name}' = ${list(texts.map(([text]) => text))}\n`
  );
  return `# Completes the command lines of esmond-ps in PowerShell. To have it in every shell, add this line to the file $PROFILE:
#   esmond-ps completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ${list(programs)} -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $lists = @{
${texts.join("")}    }
    # By command: what its word can be, and its options with what their values can be.
    $words = @{
${commands.map(wordRow).join("")}    }
    $options = @{
${commands.map(branch).join("")}    }
${BODY}}
`;
}

function wordRow({ name, word }: CompletedCommand): string {
  return `        ${quoted(name)} = ${quoted(label(word))}\n`;
}

function branch({ name, options }: CompletedCommand): string {
  const rows = options.map(({ names, value, summary, offer }) => {
    const takes = value === undefined ? "" : label(offer);
    return `            @{ Names = ${list(names)}; Takes = ${
      quoted(takes)
    }; Summary = ${quoted(summary)} }\n`;
  });
  return `        ${quoted(name)} = @(\n${rows.join("")}        )\n`;
}

function label(offer: Offer): string {
  return offer.kind === "list" ? offer.list.name : offer.kind;
}

function list(texts: readonly string[]): string {
  return `@(${texts.map(quoted).join(", ")})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const BODY = `
    # The words before the one at the cursor.
    $typed = @($commandAst.CommandElements | ForEach-Object { $_.Extent.Text })
    if ($wordToComplete -ne '') {
        $at = [Array]::LastIndexOf($typed, $wordToComplete)
        if ($at -lt 1) { $at = [Math]::Max(1, $typed.Count - 1) }
        $typed = @($typed | Select-Object -First $at)
    }

    # The command is the first word, or in the name of the program.
    $program = [System.IO.Path]::GetFileNameWithoutExtension($typed[0].Trim('"', "'"))
    $rest = @($typed | Select-Object -Skip 1)
    $command = ''
    if ($program -like 'esmond-ps-*') {
        $command = $program.Substring(10)
    } elseif ($rest.Count -gt 0) {
        $command = $rest[0]
        $rest = @($rest | Select-Object -Skip 1)
    }

    # Unlike one in braces, this table tells -s from -S.
    $takes = [System.Collections.Hashtable]::new()
    foreach ($option in $options[$command]) {
        foreach ($name in $option.Names) { $takes[$name] = $option.Takes }
    }

    # Whether the cursor is at the value of an option, at a word, or at an option.
    $offer = $words[$command]
    $isValue = $false
    $isEnded = $false
    for ($i = 0; $i -lt $rest.Count; $i++) {
        $word = $rest[$i]
        if ($isEnded -or $word -notlike '-?*') {
            $offer = 'nothing' # no command takes a second word
        } elseif ($word -eq '--') {
            $isEnded = $true
        } elseif ($takes[$word]) {
            $i++
            if ($i -eq $rest.Count) {
                $isValue = $true
                $offer = $takes[$word]
            }
        }
    }
    $lead = ''
    if (-not $isValue -and -not $isEnded -and $wordToComplete -like '-*') {
        $option, $value = $wordToComplete -split '=', 2
        if ($null -eq $value) {
            $offer = 'options'
        } else {
            $offer = $takes[$option]
            $lead = "$option="
        }
    }

    if ($offer -eq 'file' -or $offer -eq 'directory') {
        return # PowerShell offers paths itself
    }
    $found = @(
        if ($offer -eq 'options') {
            foreach ($option in $options[$command]) {
                foreach ($name in $option.Names) {
                    if ($name.StartsWith($wordToComplete, [StringComparison]::Ordinal)) {
                        [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterName', $option.Summary)
                    }
                }
            }
        } elseif ($offer -and $lists.ContainsKey($offer)) {
            foreach ($text in $lists[$offer]) {
                if ("$lead$text".StartsWith($wordToComplete, [StringComparison]::Ordinal)) {
                    [System.Management.Automation.CompletionResult]::new("$lead$text", $text, 'ParameterValue', $text)
                }
            }
        }
    )
    if ($found.Count -gt 0) { $found } else { '' } # nothing at all would have it offer paths
`;
