# probe.ps1 - what the account this runs under is and reaches: SQL Servers and paths. Runs as a job of the setup account.
#
# Reads:      the account's token, its profile, the master database's door (it logs in, asks for its role and logs out), the given paths.
# Changes:    nothing.
# Parameters: SqlServers  SQL Servers as server,port, separated by "|"
#             Paths       full paths of files or folders, separated by "|"
# Example:    powershell -ExecutionPolicy Bypass -File probe.ps1 -SqlServers "SQL01,1433" -Paths "C:\Updates|D:\farmhand"
#
# What cannot be reached is an answer. Any other failure is the record "error text=" and exit code 1.
param(
    [string]$SqlServers,
    [string]$Paths
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

# Under User Account Control a token can be without the rights of its account; then only the group's members tell.
function Test-Administrator([Security.Principal.WindowsIdentity]$Identity, [bool]$Elevated) {
    if ($Elevated) { return $true }
    $sids = @($Identity.User.Value) + @($Identity.Groups | ForEach-Object { $_.Value })
    $group = Get-WmiObject Win32_Group -Filter "LocalAccount=True AND SID='S-1-5-32-544'"
    if ($group -eq $null) { return $false }
    $members = @(Get-WmiObject -Query ('ASSOCIATORS OF {' + $group.__RELPATH + '} WHERE ResultClass = Win32_Account'))
    return (@($members | Where-Object { $sids -contains $_.SID }).Length -gt 0)
}

# How this logon was made, by its well-known group.
function Get-LogonType([Security.Principal.WindowsIdentity]$Identity) {
    $types = @{ 'S-1-5-3' = 'batch'; 'S-1-5-2' = 'network'; 'S-1-5-4' = 'interactive'; 'S-1-5-6' = 'service' }
    foreach ($group in $Identity.Groups) {
        if ($types.ContainsKey($group.Value)) { return $types[$group.Value] }
    }
    return ''
}

# Logs in with Windows authentication and asks whether the login is a member of sysadmin.
function Out-SqlServer([string]$Server) {
    $builder = New-Object Data.SqlClient.SqlConnectionStringBuilder
    $builder['Data Source'] = "tcp:$Server"
    $builder['Initial Catalog'] = 'master'
    $builder['Integrated Security'] = $true
    $builder['Connect Timeout'] = 15 # seconds
    $builder['Pooling'] = $false
    $connection = New-Object Data.SqlClient.SqlConnection $builder.get_ConnectionString()
    try {
        $connection.Open()
        $command = New-Object Data.SqlClient.SqlCommand "SELECT IS_SRVROLEMEMBER('sysadmin')", $connection
        $sysadmin = ($command.ExecuteScalar() -eq 1)
        Out-Record 'sql' @('server', $Server, 'ok', $true, 'sysadmin', $sysadmin, 'error', '')
    } catch {
        Out-Record 'sql' @(
            'server', $Server, 'ok', $false, 'sysadmin', $false, 'error', $_.Exception.GetBaseException().Message)
    } finally {
        $connection.Close()
    }
}

# Opens a file or lists a folder; returns what went wrong, or nothing.
function Test-Readable([string]$Path) {
    try {
        if ([IO.Directory]::Exists($Path)) {
            [void][IO.Directory]::GetFileSystemEntries($Path)
        } else {
            [IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite').Close()
        }
        return ''
    } catch {
        return $_.Exception.GetBaseException().Message
    }
}

try {
    if ([IntPtr]::Size -eq 4 -and [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {
        throw 'this is a 32-bit PowerShell on 64-bit Windows, which sees another registry and other folders: start the 64-bit one'
    }
    [void][Reflection.Assembly]::LoadWithPartialName('System.Data')
    $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object Security.Principal.WindowsPrincipal $identity
    $elevated = $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    Out-Record 'identity' @(
        'user', $identity.Name, 'administrator', (Test-Administrator $identity $elevated), 'elevated', $elevated,
        'logon', (Get-LogonType $identity))
    # A loaded profile is a hive under HKEY_USERS.
    $loaded = Test-Path -LiteralPath ('Registry::HKEY_USERS\' + $identity.User.Value)
    Out-Record 'profile' @('path', [Environment]::GetEnvironmentVariable('USERPROFILE'), 'loaded', $loaded)
    foreach ($server in $SqlServers.Split('|')) {
        if (-not $server) { continue }
        Out-SqlServer $server
    }
    foreach ($path in $Paths.Split('|')) {
        if (-not $path) { continue }
        $problem = Test-Readable $path
        Out-Record 'path' @('path', $path, 'readable', ($problem -eq ''), 'error', $problem)
    }
} catch {
    Out-Record 'error' @('text', $_.Exception.GetBaseException().Message)
    exit 1
}

[Console]::Out.WriteLine('##END')
