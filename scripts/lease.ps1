# lease.ps1 - takes or gives back the farm's lease: a file that says which installation of farmhand works on the farm.
#
# Reads:      the lease file.
# Changes:    acquire creates the file, release deletes it. A lease of somebody else is never touched: an administrator who
#             knows that its owner is gone for good deletes the file.
# Parameters: Path    the full path of the lease file; its folder must exist
#             Owner   who takes or gives it back
#             Action  acquire or release
# Example:    powershell -ExecutionPolicy Bypass -File lease.ps1 -Path D:\farmhand\farm.lease -Owner rollout-1 -Action acquire
#
# The file has two lines, the owner and the time in UTC. It is created with CreateNew, so only one of two can succeed.
param(
    [string]$Path,
    [string]$Owner,
    [string]$Action
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

function Format-Time([datetime]$Utc) {
    return $Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

# The lease file for this process alone. A file that is empty was left by a process that died between creating and writing.
function Open-Lease {
    try {
        return [IO.File]::Open($Path, 'CreateNew', 'ReadWrite', 'None')
    } catch {
        if (-not [IO.File]::Exists($Path)) { throw $_ }
    }
    return [IO.File]::Open($Path, 'Open', 'ReadWrite', 'None')
}

# Owner and time of an open lease file; two empty texts when nobody has written.
function Read-Lease([IO.Stream]$Stream) {
    $lines = (New-Object IO.StreamReader $Stream).ReadToEnd().Replace("`r", '').Split("`n")
    $since = ''
    if ($lines.Length -gt 1) { $since = $lines[1] }
    return @($lines[0], $since)
}

if (-not ($Path -and $Owner)) { throw 'Path and Owner are needed' }
$holder = ''
$since = ''
switch ($Action) {
    'acquire' {
        $stream = Open-Lease
        try {
            $holder, $since = Read-Lease $stream
            if (-not $holder) {
                $holder = $Owner
                $since = Format-Time ([datetime]::UtcNow)
                $bytes = (New-Object Text.UTF8Encoding $false).GetBytes("$holder`r`n$since`r`n")
                $stream.SetLength(0)
                $stream.Write($bytes, 0, $bytes.Length)
            }
        } finally {
            $stream.Close()
        }
    }
    'release' {
        if ([IO.File]::Exists($Path)) {
            $stream = [IO.File]::Open($Path, 'Open', 'Read', 'None')
            try {
                $holder, $since = Read-Lease $stream
            } finally {
                $stream.Close()
            }
            if ($holder -ceq $Owner) {
                [IO.File]::Delete($Path)
                $holder = ''
                $since = ''
            }
        }
    }
    default {
        throw 'Action is acquire or release'
    }
}
Out-Record 'lease' @('held', ($holder -ceq $Owner), 'owner', $holder, 'since', $since)

[Console]::Out.WriteLine('##END')
