# boot-time.ps1 - when this server started, and what its clock says.
#
# Reads:      Win32_OperatingSystem and the clock.
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File boot-time.ps1
#
# Windows derives the boot time from its clock; two readings of one boot can differ by a second or two.
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

$system = Get-WmiObject Win32_OperatingSystem
$boot = ConvertFrom-WmiTime $system.LastBootUpTime
Out-Record 'boot' @('time', (Format-Time $boot), 'now', (Format-Time ([datetime]::UtcNow)))

[Console]::Out.WriteLine('##END')
