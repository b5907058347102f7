# file-hash.ps1 - size, SHA-256, version and download mark of files.
#
# Reads:      the files.
# Changes:    nothing.
# Parameters: Paths  full paths, separated by "|"
# Example:    powershell -ExecutionPolicy Bypass -File file-hash.ps1 -Paths "C:\Updates\a.exe|C:\Updates\b.exe"
#
# zone is the ZoneId of a file that Windows blocks as downloaded (3 is the Internet; Properties, Unblock), empty otherwise.
param(
    [string]$Paths
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Out-Record([string]$Kind, [object[]]$Fields) {
    $line = $Kind
    for ($i = 0; $i -lt $Fields.Length; $i += 2) {
        $value = $Fields[$i + 1]
        if ($value -is [bool]) { $value = $value.ToString().ToLowerInvariant() }
        # Outside printable ASCII, and for the percent sign: %XXXX, so that no code page can damage the answer.
        $value = [regex]::Replace([string]$value, '[^ -$&-~]', { '%{0:X4}' -f [int][char]$args[0].Value })
        $line += "`t" + $Fields[$i] + '=' + $value
    }
    [Console]::Out.WriteLine($line)
}

function Get-Sha256([string]$Path) {
    $stream = [IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite')
    try {
        $bytes = (New-Object Security.Cryptography.SHA256Managed).ComputeHash($stream)
    } finally {
        $stream.Close()
    }
    return [BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant()
}

# .NET opens no alternate data stream such as Zone.Identifier; this is how PowerShell 2.0 itself knows a downloaded script.
function Get-Zone([string]$Path) {
    $zone = [int][Security.Policy.Zone]::CreateFromUrl($Path).SecurityZone
    if ($zone -le 0) { return '' }
    return $zone
}

if ([IntPtr]::Size -eq 4 -and [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {
    throw 'this is a 32-bit PowerShell on 64-bit Windows, which sees another registry and other folders: start the 64-bit one'
}

foreach ($path in $Paths.Split('|')) {
    if (-not $path) { continue }
    if (-not [IO.File]::Exists($path)) {
        Out-Record 'file' @('path', $path, 'exists', $false, 'size', '', 'sha256', '', 'zone', '', 'version', '')
        continue
    }
    $item = Get-Item -LiteralPath $path -Force
    $v = $item.VersionInfo
    $version = '{0}.{1}.{2}.{3}' -f $v.FileMajorPart, $v.FileMinorPart, $v.FileBuildPart, $v.FilePrivatePart
    if ($version -eq '0.0.0.0') { $version = '' } # the file has no version
    Out-Record 'file' @(
        'path', $path, 'exists', $true, 'size', $item.Length, 'sha256', (Get-Sha256 $path),
        'zone', (Get-Zone $path), 'version', $version)
}

[Console]::Out.WriteLine('##END')
