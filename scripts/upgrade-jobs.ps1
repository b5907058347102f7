# upgrade-jobs.ps1 - the upgrade timer jobs of the farm that wait or run. Runs as a job of the setup account, on the host
# of Central Administration: a remote logon over WinRM cannot go on to SQL Server.
#
# Reads:      the job definitions and running jobs of the timer service in the SharePoint object model, which reads the
#             configuration database. What it tells is what Central Administration shows on the Timer Job Status page.
# Changes:    nothing.
# Parameters: Classes  class names of upgrade jobs, separated by "|". An upgrade job runs once and its definition is gone
#                      when it is done: a definition that is there waits or runs.
# Example:    powershell -ExecutionPolicy Bypass -File upgrade-jobs.ps1 -Classes Microsoft.SharePoint.Administration.SPUpgradeJobDefinition
#
# A failure is the record "error text=" and exit code 1.
param([string]$Classes)
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

# A property that a version of the object model may not have; empty then.
function Get-Property($Object, [string]$Name) {
    $property = $Object.PSObject.Properties[$Name]
    if ($property -eq $null -or $property.Value -eq $null) { return '' }
    return $property.Value
}

# The name of the server a job is bound to or runs on; empty when it may run anywhere.
function Get-ServerName($Object) {
    $server = Get-Property $Object 'Server'
    if ($server -is [Microsoft.SharePoint.Administration.SPServer]) { return $server.Name }
    return [string](Get-Property $Object 'ServerName')
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
    $wanted = $Classes.Split('|')
    $timer = $farm.TimerService
    $running = @(Get-Property $timer 'RunningJobs')
    foreach ($definition in $timer.JobDefinitions) {
        if ($wanted -notcontains $definition.GetType().FullName) { continue }
        $state = 'waiting'
        $server = Get-ServerName $definition
        foreach ($job in $running) {
            if ($job -is [string] -or [string](Get-Property $job 'JobDefinitionId') -ne [string]$definition.Id) { continue }
            $state = 'running'
            $server = Get-ServerName $job
        }
        Out-Record 'job' @('name', $definition.Name, 'server', $server, 'state', $state)
    }
    Out-Record 'jobs' @('definitions', @($timer.JobDefinitions).Count)
} catch {
    Out-Record 'error' @('text', $_.Exception.GetBaseException().Message)
    exit 1
}

[Console]::Out.WriteLine('##END')
