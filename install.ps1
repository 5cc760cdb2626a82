<#
.SYNOPSIS
Installs esmond-ps for Windows, after its SHA-256 was compared with the published one.

.DESCRIPTION
irm https://github.com/esmond-client/esmond-client/releases/latest/download/install.ps1 | iex

With parameters:
& ([scriptblock]::Create((irm https://github.com/esmond-client/esmond-client/releases/latest/download/install.ps1))) -AddToPath

Nothing runs before the last line, so that a download that is cut off does nothing.

.PARAMETER Version
This version instead of the latest; also $env:ESMOND_PS_VERSION.

.PARAMETER Dir
Where to put it; otherwise Programs\esmond-ps in the user's local application data.

.PARAMETER BaseUrl
Where the archives and SHA256SUMS are: a mirror (https), or a directory on this machine.

.PARAMETER AddToPath
Adds the directory to the user's PATH.

.PARAMETER Links
The names of the Python programs as well (esmond-ps-get.exe and so on).
#>
param(
  [string] $Version = $env:ESMOND_PS_VERSION,
  [string] $Dir = '',
  [string] $BaseUrl = '',
  [switch] $AddToPath,
  [switch] $Links
)

function Install-EsmondPs {
  param([string] $Version, [string] $Dir, [string] $BaseUrl, [bool] $AddToPath, [bool] $Links)
  # In here, so that a session in which this runs keeps its own settings.
  Set-StrictMode -Version 2.0
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue' # drawing it makes downloads slow
  [Net.ServicePointManager]::SecurityProtocol =
    [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  $repository = 'https://github.com/esmond-client/esmond-client'
  $Version = $Version -replace '^v', ''
  if ($Version -and $Version -notmatch '^\d+\.\d+\.\d+[0-9A-Za-z.+-]*$') {
    throw "install.ps1: -Version ${Version}: say it as 1.2.3"
  }
  $isLatest = $false
  if ($BaseUrl) {
    Assert-Source $BaseUrl
    $BaseUrl = $BaseUrl.TrimEnd('/')
  } elseif ($Version) {
    $BaseUrl = "$repository/releases/download/v$Version"
  } else {
    $isLatest = $true
    $BaseUrl = "$repository/releases/latest/download"
  }
  if (-not $Dir) { $Dir = Join-Path $env:LOCALAPPDATA 'Programs\esmond-ps' }
  $Dir = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Dir)
  $arch = Get-MachineArch

  # All work is done beside the place of the program: the last step is a rename.
  $stage = Join-Path $Dir ".esmond-ps.$PID"
  $isMade = -not (Test-Path -LiteralPath $Dir)
  try {
    New-Item -ItemType Directory -Force -Path $stage | Out-Null
    $found = Find-Archive (Get-Download $BaseUrl 'SHA256SUMS' $stage) $Version $arch $BaseUrl
    # There may be a later version by the time that the archive is asked for.
    if ($isLatest) { $BaseUrl = "$repository/releases/download/v$($found.Version)" }
    Write-Output "esmond-ps $($found.Version) for windows-$arch, from $BaseUrl"
    $archive = Get-Download $BaseUrl $found.Name $stage
    $actual = (Get-FileHash -Algorithm SHA256 -LiteralPath $archive).Hash
    if ($actual -ne $found.Sum) {
      throw "install.ps1: $($found.Name) is not what SHA256SUMS says (SHA-256 is $actual, not $($found.Sum)): nothing was installed"
    }
    Expand-Archive -LiteralPath $archive -DestinationPath $stage
    $unpacked = Join-Path (Join-Path $stage ($found.Name -replace '\.zip$', '')) 'esmond-ps.exe'
    $said = & $unpacked --version
    if ($LASTEXITCODE -ne 0 -or "$said" -ne "esmond-ps $($found.Version)") {
      throw "install.ps1: the program does not run here, it says: $said"
    }
    $program = Join-Path $Dir 'esmond-ps.exe'
    Install-Program $unpacked $program
    $isMade = $false
  } finally {
    Remove-Item -Recurse -Force -LiteralPath $stage -ErrorAction SilentlyContinue
    if ($isMade) { Remove-Item -LiteralPath $Dir -ErrorAction SilentlyContinue }
  }
  Write-Output "installed $program"

  if ($Links) {
    # By force: the names of an earlier version are hard links to the old file, and look like another program.
    & $program install-links --force $Dir
    if ($LASTEXITCODE -ne 0) { throw 'install.ps1: esmond-ps is installed, but not its other names' }
  }
  if ($AddToPath) {
    Add-ToUserPath $Dir
  } elseif (($env:Path -split ';') -notcontains $Dir) {
    Write-Output "note: $Dir is not on PATH; -AddToPath adds it"
  }
}

# Puts the program in place. One that runs, such as a server, can be moved aside but not replaced: it runs on, and what is
# left of it is removed by the next upgrade.
function Install-Program {
  param([string] $New, [string] $Program)
  Remove-Item -Path "$Program.old-*" -Force -ErrorAction SilentlyContinue
  if (-not (Test-Path -LiteralPath $Program)) {
    Move-Item -LiteralPath $New -Destination $Program
    return
  }
  try {
    [IO.File]::Replace($New, $Program, [NullString]::Value)
  } catch {
    $old = "$Program.old-$([Guid]::NewGuid().ToString('N'))"
    Move-Item -LiteralPath $Program -Destination $old
    try {
      Move-Item -LiteralPath $New -Destination $Program
    } catch {
      Move-Item -LiteralPath $old -Destination $Program
      throw
    }
    Remove-Item -LiteralPath $old -Force -ErrorAction SilentlyContinue
  }
}

# What comes over plain http could be anybody's, the checksums included.
function Assert-Source {
  param([string] $Source)
  if (Test-Path -LiteralPath $Source -PathType Container) { return }
  $uri = $Source -as [Uri]
  if ($null -eq $uri -or -not $uri.IsAbsoluteUri -or ('https', 'http') -notcontains $uri.Scheme) {
    throw "install.ps1: -BaseUrl ${Source}: neither an https address nor a directory"
  }
  if ($uri.Scheme -eq 'http' -and -not $uri.IsLoopback) {
    throw "install.ps1: -BaseUrl ${Source}: http is for this machine only, use https"
  }
}

# That of the machine: a process may run under emulation and know only of that.
function Get-MachineArch {
  $key = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  $machine = (Get-ItemProperty -LiteralPath $key).PROCESSOR_ARCHITECTURE
  switch ($machine) {
    'AMD64' { return 'x64' }
    'ARM64' { return 'arm64' }
    default { throw "install.ps1: there is no executable for Windows on $machine, only for x64 and arm64" }
  }
}

# Downloads or copies the file of that name into the stage, and returns its path.
function Get-Download {
  param([string] $Source, [string] $Name, [string] $Stage)
  $path = Join-Path $Stage $Name
  try {
    if (Test-Path -LiteralPath $Source -PathType Container) {
      Copy-Item -LiteralPath (Join-Path $Source $Name) -Destination $path
    } else {
      Save-File "$Source/$Name" $path
    }
  } catch {
    throw "install.ps1: cannot get $Source/${Name}: $($_.Exception.Message)"
  }
  return $path
}

# Windows PowerShell would follow a redirect from https to http. So none is followed by itself, and each is looked at here.
function Save-File {
  param([Uri] $Uri, [string] $Path)
  for ($redirects = 0; $redirects -le 5; $redirects++) {
    $request = [Net.WebRequest]::Create($Uri)
    $request.AllowAutoRedirect = $false
    $request.UserAgent = 'esmond-ps-install'
    $response = $request.GetResponse()
    try {
      if ([int] $response.StatusCode -lt 300) {
        $file = [IO.File]::Create($Path)
        try { $response.GetResponseStream().CopyTo($file) } finally { $file.Close() }
        return
      }
      $next = New-Object Uri $Uri, $response.Headers['Location']
    } finally {
      $response.Close()
    }
    if ($Uri.Scheme -ne 'https' -or $next.Scheme -ne 'https') { throw "it redirects to $next" }
    $Uri = $next
  }
  throw 'it redirects too often'
}

# The name of the archive, its version and its checksum, out of SHA256SUMS.
function Find-Archive {
  param([string] $Sums, [string] $Version, [string] $Arch, [string] $Source)
  $pattern = '^(?<sum>[0-9a-fA-F]{64}) [ *](?<name>esmond-ps-(?<version>\d[0-9A-Za-z.+-]*)-windows-' + $Arch + '\.zip)$'
  $found = @(
    foreach ($line in Get-Content -LiteralPath $Sums) {
      if ($line -match $pattern -and (-not $Version -or $Matches['version'] -eq $Version)) {
        @{ Name = $Matches['name']; Version = $Matches['version']; Sum = $Matches['sum'] }
      }
    }
  )
  if ($found.Count -eq 0) {
    throw "install.ps1: $Source/SHA256SUMS has no SHA-256 of a version $Version for windows-$Arch"
  }
  if ($found.Count -gt 1) {
    throw "install.ps1: $Source/SHA256SUMS has several versions: choose one with -Version"
  }
  return $found[0]
}

# In the registry, so that variables in it stay as they are.
function Add-ToUserPath {
  param([string] $Dir)
  $path = (Get-Item -LiteralPath 'HKCU:\Environment').GetValue('Path', '', 'DoNotExpandEnvironmentNames')
  if (($path -split ';') -notcontains $Dir) {
    $new = (@($path -split ';' | Where-Object { $_ }) + $Dir) -join ';'
    Set-ItemProperty -LiteralPath 'HKCU:\Environment' -Name Path -Value $new -Type ExpandString
    # Setting any variable this way makes running programs read the environment again.
    [Environment]::SetEnvironmentVariable('ESMOND_PS_ADDED', $null, 'User')
  }
  if (($env:Path -split ';') -notcontains $Dir) { $env:Path = "$env:Path;$Dir" }
  Write-Output "$Dir is on PATH, in terminals opened from now on, too"
}

# In braces, so that a last line that is cut off is not a command either.
& { Install-EsmondPs -Version $Version -Dir $Dir -BaseUrl $BaseUrl -AddToPath $AddToPath -Links $Links }
