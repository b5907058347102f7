# put-file.ps1 - writes a file from base64 lines on standard input.
#
# Reads:      the file, when it exists.
# Changes:    writes the file: first under another name beside it, then by renaming, so that nobody sees half of it.
#             A file that holds the content already is left alone. The folder must exist.
# Parameters: Path  the full path of the file
# Example:    type content.b64 | powershell -ExecutionPolicy Bypass -File put-file.ps1 -Path D:\farmhand\jobs\JOB\run.cmd
param(
    [string]$Path
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

$algorithm, $provider = Get-Strongest

function Get-Hash([byte[]]$Bytes) {
    return [BitConverter]::ToString($provider.ComputeHash($Bytes)).Replace('-', '').ToLowerInvariant()
}

if (-not $Path) { throw 'parameter Path is missing' }
$bytes = [Convert]::FromBase64String([string]::Join('', [string[]]@($input)))
$wanted = Get-Hash $bytes

# The hash of the file as it lies on the disk; empty when there is none.
$found = ''
$there = [IO.File]::Exists($Path)
if ($there) {
    $old = [IO.File]::ReadAllBytes($Path)
    $found = Get-Hash $old
}
if ($found -ne $wanted) {
    $aside = "$Path.$PID.new"
    $former = "$Path.$PID.old"
    try {
        [IO.File]::WriteAllBytes($aside, $bytes)
        if ($there) {
            [IO.File]::Replace($aside, $Path, $former)
            [IO.File]::Delete($former)
        } else {
            [IO.File]::Move($aside, $Path)
        }
    } finally {
        [IO.File]::Delete($aside)
    }
}

# What is answered is read back from the disk.
$written = [IO.File]::ReadAllBytes($Path)
$hash = Get-Hash $written
$sha256 = ''
if ($algorithm -eq 'SHA-256') { $sha256 = $hash }
Out-Record 'file' @('path', $Path, 'size', $written.Length, 'sha256', $sha256, 'algorithm', $algorithm, 'hash', $hash)

[Console]::Out.WriteLine('##END')
