# Completes the command lines of esmond-ps in PowerShell. To have it in every shell, add this line to the file $PROFILE:
#   esmond-ps completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'esmond-ps', 'esmond-ps-get-endpoints', 'esmond-ps-get-metadata', 'esmond-ps-get', 'esmond-ps-get-bulk' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # The words before the one at the cursor.
    $words = @($commandAst.CommandElements | ForEach-Object { $_.Extent.Text })
    if ($wordToComplete -ne '') {
        $at = [Array]::LastIndexOf($words, $wordToComplete)
        if ($at -lt 1) { $at = [Math]::Max(1, $words.Count - 1) }
        $words = @($words | Select-Object -First $at)
    }
    $kind, $found = @(esmond-ps __complete powershell "=$wordToComplete" @words 2>$null)
    if ($kind -ne 'texts') {
        return # PowerShell offers paths itself
    }
    $results = @(foreach ($line in $found) {
        $text, $shown, $meaning = $line -split "`t"
        [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $meaning)
    })
    if ($results.Count -gt 0) { $results } else { '' } # nothing at all would have it offer paths
}
