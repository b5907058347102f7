# read-log.ps1 - whole lines of a log file, from an offset on.
#
# Reads:      the file, also while another program writes it.
# Changes:    nothing.
# Parameters: Path      the full path of the file; or Folder and Pattern:
#             Folder    take the newest file of this folder
#             Pattern   whose name matches, such as PSCDiagnostics_*.log
#             Since     and that was written since then, UTC, such as 2008-07-15T20:04:05Z
#             Offset    where to begin, in bytes; negative: so many bytes before the end
#             MaxBytes  how much to read at most, in bytes
# Example:    powershell -ExecutionPolicy Bypass -File read-log.ps1 -Path D:\farmhand\jobs\JOB\output.log -Offset -4096
#
# A line that is not finished yet is printed when it is the end of the file. "next" is the offset to go on from.
param(
    [string]$Path,
    [string]$Folder,
    [string]$Pattern,
    [string]$Since,
    [int64]$Offset = 0,
    [int]$MaxBytes = 65536
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

# The newest matching file, or nothing.
function Find-Log([string]$Folder, [string]$Pattern, [string]$Since) {
    if (-not [IO.Directory]::Exists($Folder)) { return '' }
    $after = [datetime]::MinValue
    if ($Since) {
        $invariant = [Globalization.CultureInfo]::InvariantCulture
        $after = [datetime]::ParseExact($Since, "yyyy-MM-dd'T'HH:mm:ss'Z'", $invariant, 'AssumeUniversal, AdjustToUniversal')
    }
    $newest = ''
    foreach ($file in [IO.Directory]::GetFiles($Folder, $Pattern)) {
        $written = [IO.File]::GetLastWriteTimeUtc($file)
        if ($written -ge $after) {
            $newest = $file
            $after = $written
        }
    }
    return $newest
}

function Read-Bytes([IO.Stream]$Stream, [int64]$Offset, [int]$Count) {
    $bytes = New-Object byte[] $Count
    [void]$Stream.Seek($Offset, 'Begin')
    $have = 0
    while ($have -lt $Count) {
        $got = $Stream.Read($bytes, $have, $Count - $have)
        if ($got -eq 0) { throw 'the file became shorter while it was read' }
        $have += $got
    }
    return , $bytes
}

# The 2007 logs are written without a mark, in UTF-8 or in the server's own code page.
function ConvertFrom-LogBytes([byte[]]$Bytes, [int]$Count) {
    $utf8 = New-Object Text.UTF8Encoding $false, $true
    try {
        return $utf8.GetString($Bytes, 0, $Count)
    } catch {
        return [Text.Encoding]::Default.GetString($Bytes, 0, $Count)
    }
}

if ([IntPtr]::Size -eq 4 -and [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {
    throw 'this is a 32-bit PowerShell on 64-bit Windows, which sees another registry and other folders: start the 64-bit one'
}

if (-not $Path) {
    if (-not ($Folder -and $Pattern)) { throw 'Path, or Folder and Pattern, are needed' }
    $Path = Find-Log $Folder $Pattern $Since
}
if (-not $Path -or -not [IO.File]::Exists($Path)) {
    Out-Record 'log' @('path', $Path, 'exists', $false, 'size', '', 'offset', '', 'next', '')
} else {
    $stream = [IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $size = $stream.Length
        $mark = Read-Bytes $stream 0 ([int][math]::Min($size, [int64]2))
        $wide = $mark.Length -eq 2 -and $mark[0] -eq 0xFF -and $mark[1] -eq 0xFE # UTF-16: two bytes a character
        if ($Offset -lt 0) { $Offset = [math]::Max([int64]0, $size + $Offset) }
        if ($wide) { $Offset += $Offset % 2 }
        $Offset = [math]::Min($Offset, $size)
        $count = [int][math]::Min($size - $Offset, [int64]$MaxBytes)
        $bytes = Read-Bytes $stream $Offset $count
    } finally {
        $stream.Close()
    }
    $whole = $Offset + $count -eq $size
    if ($wide) {
        $text = [Text.Encoding]::Unicode.GetString($bytes, 0, $count - $count % 2)
        $cut = $text.LastIndexOf("`n") + 1
        if (-not $whole -and $cut -gt 0) { $text = $text.Substring(0, $cut) }
        $count = 2 * $text.Length
    } else {
        $cut = [array]::LastIndexOf($bytes, [byte]10) + 1
        if (-not $whole -and $cut -gt 0) { $count = $cut }
        $text = ConvertFrom-LogBytes $bytes $count
    }
    Out-Record 'log' @('path', $Path, 'exists', $true, 'size', $size, 'offset', $Offset, 'next', ($Offset + $count))
    $lines = $text.TrimStart([char]0xFEFF).Split("`n")
    for ($i = 0; $i -lt $lines.Length; $i++) {
        if ($i -eq $lines.Length - 1 -and $lines[$i] -eq '') { continue } # what follows the last line end
        Out-Record 'line' @('text', $lines[$i].TrimEnd("`r"))
    }
}

[Console]::Out.WriteLine('##END')
