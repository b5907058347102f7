# job-state.ps1 - how far a detached job has come (run.cmd in the job's folder), and when this server started.
#
# Reads:      the folder, Win32_Process and Win32_OperatingSystem.
# Changes:    nothing.
# Parameters: Folder  the full path of the job's folder
# Example:    powershell -ExecutionPolicy Bypass -File job-state.ps1 -Folder D:\farmhand\jobs\JOB
#
# A job that started, left no exit code and has no process is gone: a restart, or somebody, ended it.
param(
    [string]$Folder
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

# WMI writes local time and its distance to UTC in minutes: 20080715130405.500000-420
function ConvertFrom-WmiTime([string]$Text) {
    $local = [datetime]::ParseExact($Text.Substring(0, 14), 'yyyyMMddHHmmss', [Globalization.CultureInfo]::InvariantCulture)
    return $local.AddMinutes(-[int]$Text.Substring(21))
}

function Format-Time([datetime]$Utc) {
    return $Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

if (-not $Folder) { throw 'parameter Folder is missing' }
$Folder = $Folder.TrimEnd('\')

$started = $false
$exit = ''
$output = 0
$exists = [IO.Directory]::Exists($Folder)
if ($exists) {
    [void][IO.Directory]::GetFileSystemEntries($Folder) # throws where the folder is closed to this account
    $started = [IO.Directory]::Exists("$Folder\started")
    if ([IO.File]::Exists("$Folder\exit.txt")) { $exit = [IO.File]::ReadAllText("$Folder\exit.txt").Trim() }
    if ([IO.File]::Exists("$Folder\output.log")) { $output = (New-Object IO.FileInfo "$Folder\output.log").Length }
}

# run.cmd is called by its full path, and cmd.exe stays until the job ends. This process may have the folder as a parameter.
$processes = @(Get-WmiObject Win32_Process | Where-Object {
    $_.ProcessId -ne $PID -and $_.CommandLine -and
    $_.CommandLine.IndexOf($Folder + '\', [StringComparison]::OrdinalIgnoreCase) -ge 0
})
Out-Record 'job' @(
    'exists', $exists, 'started', $started, 'exit', $exit, 'output', $output, 'processes', $processes.Length)

$boot = ConvertFrom-WmiTime (Get-WmiObject Win32_OperatingSystem).LastBootUpTime
Out-Record 'boot' @('time', (Format-Time $boot), 'now', (Format-Time ([datetime]::UtcNow)))

[Console]::Out.WriteLine('##END')
