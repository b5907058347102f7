# farm.ps1 - what the SharePoint 2007 farm says of itself. Runs as a job of the setup account, on the host of Central
# Administration: a remote logon over WinRM cannot go on to SQL Server.
#
# Reads:      the SharePoint object model (SPFarm.Local), which reads the configuration database.
# Changes:    nothing.
# Parameters: none.
# Example:    powershell -ExecutionPolicy Bypass -File farm.ps1
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

# The account of an application pool or service; for built-in accounts their name, such as NetworkService.
function Get-ProcessAccount($Identity) {
    if ($Identity -eq $null) { return '' }
    if ($Identity.Username) { return $Identity.Username }
    return $Identity.CurrentIdentityType
}

# The type name of a service instance is in the language of the farm, but for the two that order the rollout.
function Get-InstanceType($Instance) {
    if ($Instance -is [Microsoft.SharePoint.Administration.SPWebServiceInstance]) {
        if ($Instance.Service.Id -eq $administration.Id) { return 'Central Administration' }
        if ($Instance.Service.Id -eq $content.Id) { return 'Windows SharePoint Services Web Application' }
    }
    return $Instance.TypeName
}

function Out-WebApplication($Service, [bool]$Central) {
    foreach ($application in $Service.WebApplications) {
        $url = $application.GetResponseUri([Microsoft.SharePoint.Administration.SPUrlZone]::Default).AbsoluteUri
        Out-Record 'webapp' @(
            'name', $application.DisplayName, 'url', $url, 'pool', $application.ApplicationPool.Name, 'central', $Central)
        # The folder of each zone's site is the same on every Web server.
        foreach ($settings in $application.IisSettings.Values) {
            Out-Record 'site' @('webapp', $application.DisplayName, 'path', $settings.Path.FullName)
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
    $farm = [Microsoft.SharePoint.Administration.SPFarm]::Local
    if ($farm -eq $null) {
        throw 'this server is in no farm, or this account cannot reach the configuration database'
    }
    $administration = [Microsoft.SharePoint.Administration.SPWebService]::AdministrationService
    $content = [Microsoft.SharePoint.Administration.SPWebService]::ContentService
    $central = [Microsoft.SharePoint.Administration.SPAdministrationWebApplication]::Local
    Out-Record 'farm' @(
        'name', $farm.Name, 'version', $farm.BuildVersion,
        'account', (Get-ProcessAccount $farm.TimerService.ProcessIdentity),
        'central_pool', (Get-ProcessAccount $central.ApplicationPool))
    foreach ($server in $farm.Servers) {
        Out-Record 'server' @(
            'name', $server.Name, 'address', $server.Address, 'role', $server.Role, 'needs_upgrade', $server.NeedsUpgrade)
    }
    foreach ($server in $farm.Servers) {
        foreach ($instance in $server.ServiceInstances) {
            Out-Record 'instance' @('server', $server.Name, 'type', (Get-InstanceType $instance), 'status', $instance.Status)
        }
    }
    Out-WebApplication $administration $true
    Out-WebApplication $content $false
    # Every database of the farm, also those of shared services and Project, hangs below a database service instance.
    foreach ($server in $farm.Servers) {
        foreach ($instance in $server.ServiceInstances) {
            if ($instance -isnot [Microsoft.SharePoint.Administration.SPDatabaseServiceInstance]) { continue }
            foreach ($database in $instance.Databases) {
                Out-Record 'database' @(
                    'name', $database.Name, 'server', $instance.NormalizedDataSource,
                    'type', $database.GetType().FullName, 'needs_upgrade', $database.NeedsUpgrade)
            }
        }
    }
} catch {
    Out-Record 'error' @('text', $_.Exception.GetBaseException().Message)
    exit 1
}

[Console]::Out.WriteLine('##END')
