# inspect.ps1 - what has to be known of this server before an update.
#
# Reads:      Windows, hardware and drives (WMI), the account it runs under, reasons for a pending reboot, what Automatic
#             Updates is told, and the SharePoint 2007 settings and languages (registry).
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File inspect.ps1
#
# A password in the connection string of the configuration database is not printed.
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

# A registry value; nothing when the key or the value is missing.
function Get-RegistryValue([string]$Key, [string]$Name) {
    if (-not (Test-Path -LiteralPath $Key)) { return $null }
    $value = (Get-ItemProperty -LiteralPath $Key).PSObject.Properties[$Name]
    if ($value -eq $null) { return $null }
    return $value.Value
}

# The names of a key's values.
function Get-RegistryName([string]$Key) {
    if (-not (Test-Path -LiteralPath $Key)) { return }
    (Get-ItemProperty -LiteralPath $Key).PSObject.Properties | ForEach-Object { $_.Name }
}

# Under User Account Control a token can be without the rights of its account; then only the group's members tell.
function Test-Administrator([Security.Principal.WindowsIdentity]$Identity, [bool]$Elevated) {
    if ($Elevated) { return $true }
    $sids = @($Identity.User.Value) + @($Identity.Groups | ForEach-Object { $_.Value })
    $group = Get-WmiObject Win32_Group -Filter "LocalAccount=True AND SID='S-1-5-32-544'"
    if ($group -eq $null) { return $false }
    $members = @(Get-WmiObject -Query ('ASSOCIATORS OF {' + $group.__RELPATH + '} WHERE ResultClass = Win32_Account'))
    return (@($members | Where-Object { $sids -contains $_.SID }).Length -gt 0)
}

# The reasons for which Windows or an installer wants a restart.
function Get-PendingReboot {
    $current = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
    $control = 'HKLM:\SYSTEM\CurrentControlSet\Control'
    if (Test-Path -LiteralPath "$current\Component Based Servicing\RebootPending") { 'ComponentBasedServicing' }
    if (Test-Path -LiteralPath "$current\WindowsUpdate\Auto Update\RebootRequired") { 'WindowsUpdate' }
    # Files in use that are replaced when Windows starts.
    if (Get-RegistryValue "$control\Session Manager" 'PendingFileRenameOperations') { 'PendingFileRenameOperations' }
    if (Get-RegistryValue "$control\Session Manager" 'PendingFileRenameOperations2') { 'PendingFileRenameOperations2' }
    # Hotfixes of Windows Server 2003.
    if (Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Updates' 'UpdateExeVolatile') { 'UpdateExeVolatile' }
    $active = Get-RegistryValue "$control\ComputerName\ActiveComputerName" 'ComputerName'
    $coming = Get-RegistryValue "$control\ComputerName\ComputerName" 'ComputerName'
    if ($active -ne $coming) { 'ComputerRename' }
}

if ([IntPtr]::Size -eq 4 -and [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {
    throw 'this is a 32-bit PowerShell on 64-bit Windows, which sees another registry and other folders: start the 64-bit one'
}

$mebibyte = 1048576
$system = Get-WmiObject Win32_OperatingSystem
$computer = Get-WmiObject Win32_ComputerSystem
$architecture = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITECTURE')
if ($architecture -eq 'AMD64') { $architecture = 'x64' }
$boot = ConvertFrom-WmiTime $system.LastBootUpTime
Out-Record 'os' @(
    'version', $system.Version, 'caption', $system.Caption.Trim(), 'servicepack', $system.ServicePackMajorVersion,
    'architecture', $architecture, 'language', $system.OSLanguage, 'boot', (Format-Time $boot),
    'now', (Format-Time ([datetime]::UtcNow)), 'computer', $system.CSName, 'domain', $computer.Domain)

$codepage = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Control\Nls\CodePage' 'OEMCP'
$stack = Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN' 'ServiceStackVersion'
Out-Record 'host' @(
    'powershell', $PSVersionTable.PSVersion, 'clr', $PSVersionTable.CLRVersion, 'codepage', $codepage,
    'memory_mb', [int64][math]::Floor($computer.TotalPhysicalMemory / $mebibyte), 'stack', $stack)

$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$principal = New-Object Security.Principal.WindowsPrincipal $identity
$elevated = $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
Out-Record 'account' @(
    'user', $identity.Name, 'administrator', (Test-Administrator $identity $elevated), 'elevated', $elevated)

foreach ($drive in @(Get-WmiObject Win32_LogicalDisk -Filter 'DriveType=3')) {
    if ($drive.Size -eq $null) { continue } # not formatted
    $free = [int64][math]::Floor($drive.FreeSpace / $mebibyte)
    $size = [int64][math]::Floor($drive.Size / $mebibyte)
    Out-Record 'drive' @('name', $drive.DeviceID, 'free_mb', $free, 'size_mb', $size)
}

# GetFullPath turns short names such as DOCUME~1 into long ones.
$temp = [IO.Path]::GetFullPath([IO.Path]::GetTempPath()).TrimEnd('\')
Out-Record 'folder' @('name', 'temp', 'path', $temp)
Out-Record 'folder' @('name', 'common', 'path', [Environment]::GetFolderPath('CommonProgramFiles'))
Out-Record 'folder' @('name', 'system', 'path', [Environment]::SystemDirectory)

foreach ($source in @(Get-PendingReboot)) {
    Out-Record 'pending' @('source', $source)
}

# What Automatic Updates is told (KB328010): by group policy, and by the local setting where the policy leaves it.
$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'
$local = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update'
$source = ''
if ((Get-RegistryValue "$policy\AU" 'UseWUServer') -eq 1) { $source = Get-RegistryValue $policy 'WUServer' }
Out-Record 'updates' @(
    'noautoupdate', (Get-RegistryValue "$policy\AU" 'NoAutoUpdate'), 'policy', (Get-RegistryValue "$policy\AU" 'AUOptions'),
    'local', (Get-RegistryValue $local 'AUOptions'), 'source', $source)

$hive = 'HKLM:\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0'
if (Test-Path -LiteralPath "$hive\WSS") {
    $dsn = ''
    try {
        $dsn = [string](Get-RegistryValue "$hive\Secure\ConfigDB" 'dsn')
    } catch {
        $dsn = '' # only administrators may read this key; the account record says whether this is one
    }
    $dsn = [regex]::Replace($dsn, '(?i)\b(password|pwd)\s*=\s*("[^"]*"|''[^'']*''|[^;]*)', '$1=***')
    Out-Record 'wss' @(
        'serverrole', (Get-RegistryValue "$hive\WSS" 'ServerRole'), 'setuptype', (Get-RegistryValue "$hive\WSS" 'SetupType'),
        'version', (Get-RegistryValue $hive 'Version'), 'languagepack', (Get-RegistryValue "$hive\WSS" 'LanguagePackInstalled'),
        'configdb', $dsn, 'path', (Get-RegistryValue $hive 'Location'))
    # The base language and one per language pack; each is the name of a value.
    foreach ($language in @(Get-RegistryName "$hive\InstalledLanguages")) {
        if ($language -match '^[0-9]+$') { Out-Record 'language' @('lcid', $language) }
    }
}

[Console]::Out.WriteLine('##END')
