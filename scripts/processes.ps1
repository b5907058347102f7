# processes.ps1 - the processes of this server.
#
# Reads:      Win32_Process.
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File processes.ps1
#
# What follows a password switch on a command line is printed as ***.
param()
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

# WMI writes local time and its distance to UTC in minutes: 20080715130405.500000-420
function ConvertFrom-WmiTime([string]$Text) {
    $local = [datetime]::ParseExact($Text.Substring(0, 14), 'yyyyMMddHHmmss', [Globalization.CultureInfo]::InvariantCulture)
    return $local.AddMinutes(-[int]$Text.Substring(21))
}

function Format-Time([datetime]$Utc) {
    return $Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

# Other people's commands may hold passwords: psconfig -password, schtasks /rp, osql -P.
function Hide-Password([string]$Command) {
    return [regex]::Replace($Command, '([-/](?:(?i:\w*password|pwd|rp)|P))([\s:=]+)("[^"]*"|\S+)', '$1$2***')
}

# The account of a process; empty when the process has ended meanwhile or is Windows' own.
function Get-Account($Process) {
    try {
        $owner = $Process.GetOwner()
    } catch {
        return ''
    }
    if (-not $owner.User) { return '' }
    return $owner.Domain + '\' + $owner.User
}

foreach ($process in @(Get-WmiObject Win32_Process)) {
    $started = ''
    if ($process.CreationDate) { $started = Format-Time (ConvertFrom-WmiTime $process.CreationDate) }
    Out-Record 'process' @(
        'pid', $process.ProcessId, 'parent', $process.ParentProcessId, 'image', $process.Name,
        'command', (Hide-Password $process.CommandLine), 'user', (Get-Account $process), 'started', $started)
}

[Console]::Out.WriteLine('##END')
