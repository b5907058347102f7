# services.ps1 - every Windows service of this server: state, start mode, program and account.
#
# Reads:      Win32_Service, and DelayedAutostart in the registry (WMI does not tell "Auto" from "Auto Delayed").
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File services.ps1
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

# Windows Server 2008 and later know a delayed automatic start; 2003 has no such value.
function Test-DelayedStart([string]$Name) {
    $key = 'HKLM:\SYSTEM\CurrentControlSet\Services\' + $Name
    if (-not (Test-Path -LiteralPath $key)) { return $false }
    $value = (Get-ItemProperty -LiteralPath $key).PSObject.Properties['DelayedAutostart']
    return ($value -ne $null -and $value.Value -eq 1)
}

foreach ($service in @(Get-WmiObject Win32_Service)) {
    $start = $service.StartMode
    if ($start -eq 'Auto' -and (Test-DelayedStart $service.Name)) { $start = 'Auto Delayed' }
    Out-Record 'service' @(
        'name', $service.Name, 'display', $service.DisplayName, 'state', $service.State, 'start', $start,
        'path', $service.PathName, 'account', $service.StartName, 'pid', $service.ProcessId)
}

[Console]::Out.WriteLine('##END')
