# products.ps1 - the Office server products of this server and the patches on them.
#
# Reads:      the Windows Installer registry (never Win32_Product, which can start repairs) and the versions of two files.
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File products.ps1
#
# Only products of the Office family are listed: their codes end in 0000000FF1CE. State of a patch: 1 applied,
# 2 superseded, 4 obsolete, 8 registered.
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

# Windows Installer names its registry keys by packed codes: the first three groups of the GUID backwards, then the
# digits of each byte swapped.
function ConvertFrom-PackedCode([string]$Packed) {
    $digits = ''
    foreach ($group in @(@(0, 8), @(8, 4), @(12, 4))) {
        $letters = $Packed.Substring($group[0], $group[1]).ToCharArray()
        [array]::Reverse($letters)
        $digits += [string]::Join('', [string[]]$letters)
    }
    for ($i = 16; $i -lt 32; $i += 2) { $digits += [string]$Packed[$i + 1] + $Packed[$i] }
    return (New-Object Guid $digits).ToString('B').ToUpperInvariant()
}

# A registry value; nothing when the key or the value is missing.
function Get-RegistryValue([string]$Key, [string]$Name) {
    if (-not (Test-Path -LiteralPath $Key)) { return $null }
    $value = (Get-ItemProperty -LiteralPath $Key).PSObject.Properties[$Name]
    if ($value -eq $null) { return $null }
    return $value.Value
}

# The last part of the names of a key's subkeys that look like packed codes.
function Get-PackedCode([string]$Key) {
    if (-not (Test-Path -LiteralPath $Key)) { return }
    Get-ChildItem -LiteralPath $Key | ForEach-Object { $_.PSChildName } | Where-Object { $_ -match '^[0-9A-Fa-f]{32}$' }
}

# Prints a file's version. The numbers count; the text of FileVersion may hold more.
function Out-FileVersion([string]$Path) {
    if (-not (Test-Path -LiteralPath $Path)) { return }
    $v = (Get-Item -LiteralPath $Path).VersionInfo
    $version = '{0}.{1}.{2}.{3}' -f $v.FileMajorPart, $v.FileMinorPart, $v.FileBuildPart, $v.FilePrivatePart
    Out-Record 'file' @('path', $Path, 'version', $version)
}

if ([IntPtr]::Size -eq 4 -and [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {
    throw 'this is a 32-bit PowerShell on 64-bit Windows, which sees another registry and other folders: start the 64-bit one'
}

$products = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Products'
foreach ($product in @(Get-PackedCode $products)) {
    if ($product -notlike '*000000F01FEC') { continue } # the packed form of 0000000FF1CE
    $code = ConvertFrom-PackedCode $product
    $properties = "$products\$product\InstallProperties"
    Out-Record 'product' @(
        'code', $code, 'name', (Get-RegistryValue $properties 'DisplayName'),
        'version', (Get-RegistryValue $properties 'DisplayVersion'))
    foreach ($patch in @(Get-PackedCode "$products\$product\Patches")) {
        $key = "$products\$product\Patches\$patch"
        Out-Record 'patch' @(
            'product', $code, 'code', (ConvertFrom-PackedCode $patch),
            'name', (Get-RegistryValue $key 'DisplayName'), 'state', (Get-RegistryValue $key 'State'))
    }
}

$hive = Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0' 'Location'
if ($hive) {
    $hive = $hive.TrimEnd('\')
    Out-FileVersion "$hive\BIN\Mssearch.exe"
    Out-FileVersion "$hive\ISAPI\OWSSVR.DLL"
}
# Office Servers bring a search service of their own.
$office = Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Office Server\12.0' 'InstallPath'
if ($office) { Out-FileVersion ($office.TrimEnd('\') + '\Bin\Mssearch.exe') }

[Console]::Out.WriteLine('##END')
