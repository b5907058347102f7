# local-names.ps1 - what this Windows calls the accounts that every Windows has.
#
# Reads:      Win32_OperatingSystem, Win32_Group and Win32_SystemAccount of this computer.
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File local-names.ps1
#
# cacls.exe of Windows Server 2003 takes names and no SIDs, and asks a question that wants a letter of the language.
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

# LocalAccount keeps WMI from asking the domain.
$group = Get-WmiObject Win32_Group -Filter "LocalAccount=True AND SID='S-1-5-32-544'"
$account = Get-WmiObject Win32_SystemAccount -Filter "LocalAccount=True AND SID='S-1-5-18'"
if ($group -eq $null -or $account -eq $null) { throw 'WMI does not know the groups of this computer' }
$system = Get-WmiObject Win32_OperatingSystem
Out-Record 'names' @('system', $account.Name, 'administrators', $group.Name, 'language', $system.OSLanguage)

[Console]::Out.WriteLine('##END')
