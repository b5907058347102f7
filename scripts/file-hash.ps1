# file-hash.ps1 - size, hash, version and download mark of files.
#
# Reads:      the files.
# Changes:    nothing.
# Parameters: Paths  full paths, separated by "|"
# Example:    powershell -ExecutionPolicy Bypass -File file-hash.ps1 -Paths "C:\Updates\a.exe|C:\Updates\b.exe"
#
# algorithm is SHA-256, or SHA-1 where the FIPS policy leaves nothing better; sha256 is filled by SHA-256 alone. Where no hash
# could be computed all three are empty and error says why.
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

# The strongest hash this Windows computes. Under the FIPS policy SHA256Managed throws, as it is not validated;
# SHA256CryptoServiceProvider is, and came with .NET 3.5; the SHA-1 of .NET 2.0 is the last resort. The first two also
# throw where they are missing.
function Get-Strongest {
    try { return @('SHA-256', (New-Object Security.Cryptography.SHA256Managed)) } catch { $null = $_ }
    try {
        [void][Reflection.Assembly]::LoadWithPartialName('System.Core')
        return @('SHA-256', (New-Object Security.Cryptography.SHA256CryptoServiceProvider))
    } catch { $null = $_ }
    return @('SHA-1', (New-Object Security.Cryptography.SHA1CryptoServiceProvider))
}

# Algorithm, hash and error; either the first two or the last.
function Get-Hash([string]$Path) {
    try {
        $algorithm, $provider = Get-Strongest
        $stream = [IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite')
        try {
            $bytes = $provider.ComputeHash($stream)
        } finally {
            $stream.Close()
        }
        return @($algorithm, [BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant(), '')
    } catch {
        return @('', '', $_.Exception.Message)
    }
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
        Out-Record 'file' @('path', $path, 'exists', $false, 'size', '', 'sha256', '', 'algorithm', '', 'hash', '', 'error', '', 'zone', '', 'version', '')
        continue
    }
    $item = Get-Item -LiteralPath $path -Force
    $v = $item.VersionInfo
    $version = '{0}.{1}.{2}.{3}' -f $v.FileMajorPart, $v.FileMinorPart, $v.FileBuildPart, $v.FilePrivatePart
    if ($version -eq '0.0.0.0') { $version = '' } # the file has no version
    $algorithm, $hash, $failure = Get-Hash $path
    $sha256 = ''
    if ($algorithm -eq 'SHA-256') { $sha256 = $hash }
    Out-Record 'file' @(
        'path', $path, 'exists', $true, 'size', $item.Length, 'sha256', $sha256, 'algorithm', $algorithm, 'hash', $hash, 'error', $failure,
        'zone', (Get-Zone $path), 'version', $version)
}

[Console]::Out.WriteLine('##END')
