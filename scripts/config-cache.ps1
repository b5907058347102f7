# config-cache.ps1 - the SharePoint configuration cache of this server: the copy of the farm's configuration that the timer
# service keeps as files (KB939308).
#
# Reads:      the folders below SharePoint\Config of the application data that all users share (C:\ProgramData on Windows
#             Server 2008, C:\Documents and Settings\All Users\Application Data on 2003), and the id of the configuration
#             database in the registry. One folder a farm that this server ever was in; current says which one is in use.
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File config-cache.ps1
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

# The id of the configuration database names the folder in use; where the registry does not tell it, none is marked.
function Get-DatabaseId {
    $key = 'HKLM:\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0\Secure\ConfigDB'
    if (-not (Test-Path -LiteralPath $key)) { return '' }
    $value = (Get-ItemProperty -LiteralPath $key).PSObject.Properties['Id']
    if ($value -eq $null) { return '' }
    return ([string]$value.Value).Trim('{', '}', ' ')
}

if ([IntPtr]::Size -eq 4 -and [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {
    throw 'this is a 32-bit PowerShell on 64-bit Windows, which sees another registry and other folders: start the 64-bit one'
}
$root = [IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'), 'Microsoft\SharePoint\Config')
$id = Get-DatabaseId
if ([IO.Directory]::Exists($root)) {
    foreach ($folder in [IO.Directory]::GetDirectories($root)) {
        $ini = [IO.Path]::Combine($folder, 'cache.ini')
        $stamp = ''
        if ([IO.File]::Exists($ini)) { $stamp = [IO.File]::ReadAllText($ini).Trim() }
        Out-Record 'cache' @(
            'path', $folder, 'current', ($id -ne '' -and [IO.Path]::GetFileName($folder).Trim('{', '}') -eq $id),
            'stamp', $stamp, 'files', [IO.Directory]::GetFiles($folder, '*.xml').Length)
    }
}
Out-Record 'root' @('path', $root, 'exists', [IO.Directory]::Exists($root))

[Console]::Out.WriteLine('##END')
