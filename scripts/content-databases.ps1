# content-databases.ps1 - the content databases of the SharePoint 2007 farm, with what it takes to attach one again.
# Runs as a job of the setup account, on the host of Central Administration: a remote logon over WinRM cannot go on to
# SQL Server.
#
# Reads:      the SharePoint object model (SPWebService, SPContentDatabase), which reads the configuration database and
#             counts the site collections of each content database.
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File content-databases.ps1
#
# A failure is the record "error text=" and exit code 1.
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

# The server that indexes a database; nothing where none does.
function Get-SearchServer($Database) {
    $instance = $Database.SearchServiceInstance
    if ($instance -eq $null) { return '' }
    return $instance.Server.Name
}

function Out-ContentDatabase($Service, [bool]$Central) {
    foreach ($application in $Service.WebApplications) {
        $url = $application.GetResponseUri([Microsoft.SharePoint.Administration.SPUrlZone]::Default).AbsoluteUri
        foreach ($database in $application.ContentDatabases) {
            Out-Record 'content' @(
                'name', $database.Name, 'server', $database.Server, 'url', $url, 'central', $Central, 'id', $database.Id,
                'status', $database.Status, 'warning', $database.WarningSiteCount, 'max', $database.MaximumSiteCount,
                'sites', $database.CurrentSiteCount, 'search', (Get-SearchServer $database))
        }
    }
}

try {
    if ([IntPtr]::Size -eq 4 -and [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {
        throw 'this is a 32-bit PowerShell on 64-bit Windows, which sees another registry and other folders: start the 64-bit one'
    }
    if ([Reflection.Assembly]::LoadWithPartialName('Microsoft.SharePoint') -eq $null) {
        throw 'there is no SharePoint object model on this server'
    }
    if ([Microsoft.SharePoint.Administration.SPFarm]::Local -eq $null) {
        throw 'this server is in no farm, or this account cannot reach the configuration database'
    }
    Out-ContentDatabase ([Microsoft.SharePoint.Administration.SPWebService]::AdministrationService) $true
    Out-ContentDatabase ([Microsoft.SharePoint.Administration.SPWebService]::ContentService) $false
} catch {
    Out-Record 'error' @('text', $_.Exception.GetBaseException().Message)
    exit 1
}

[Console]::Out.WriteLine('##END')
