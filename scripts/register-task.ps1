# register-task.ps1 - registers a scheduled task that runs under an account with its password.
#
# Reads:      the password, the first line of standard input, in base64 of its UTF-8 form, so that no code page can damage
#             it. It is on no command line and is printed nowhere.
# Changes:    creates or replaces one scheduled task. The task has no trigger: it runs when it is told to
#             (schtasks /run), with the highest rights of the account and without a time limit.
# Parameters: Name     the task's name
#             User     the account, DOMAIN\user; it needs the right "Log on as a batch job"
#             Command  the full path of the program, a job's run.cmd
# Example:    powershell -ExecutionPolicy Bypass -File register-task.ps1 -Name JOB -User CONTOSO\sp-setup
#                 -Command D:\farmhand\jobs\JOB\run.cmd < password.txt
#             where password.txt holds what this prints, asked for without a name that a history would keep:
#             [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((Read-Host)))
#
# Windows Server 2008 and later: 2003 has no Schedule.Service.
param(
    [string]$Name,
    [string]$User,
    [string]$Command
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

# Errors that mean the account and not the task: wrong name or password, restrictions, hours, workstation, expired,
# disabled, no such account, logon type not granted, account expired, password to be changed, locked out, and "a specified
# logon session does not exist", which is the policy against storing passwords. The last two are the scheduler's own words.
$refusals = @(
    '0x8007052E', '0x8007052F', '0x80070530', '0x80070531', '0x80070532', '0x80070533', '0x80070534', '0x80070569',
    '0x80070701', '0x80070773', '0x80070775', '0x80070520', '0x8004130F', '0x80041310')

# The numbers of the Task Scheduler's type library (taskschd.h).
$actionExec = 0
$logonPassword = 1
$runLevelHighest = 1
$ignoreNew = 2
$createOrUpdate = 6

if (-not ($Name -and $User -and $Command)) { throw 'Name, User and Command are needed' }
$lines = @($input)
if ($lines.Length -eq 0 -or -not $lines[0]) { throw 'the first line of standard input must be the password in base64' }
$password = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($lines[0]))

$service = New-Object -ComObject Schedule.Service
$service.Connect()
$task = $service.NewTask(0)
$task.RegistrationInfo.Description = 'A job of farmhand. It runs on demand and is removed when the farm is done.'
$task.Principal.UserId = $User
$task.Principal.LogonType = $logonPassword
$task.Principal.RunLevel = $runLevelHighest
$task.Settings.ExecutionTimeLimit = 'PT0S'
$task.Settings.Priority = 5 # the default, 7, is below normal
$task.Settings.MultipleInstances = $ignoreNew
$task.Settings.DisallowStartIfOnBatteries = $false
$task.Settings.StopIfGoingOnBatteries = $false
$action = $task.Actions.Create($actionExec)
$action.Path = $Command

$folder = $service.GetFolder('\')
try {
    [void]$folder.RegisterTaskDefinition($Name, $task, $createOrUpdate, $User, $password, $logonPassword)
    Out-Record 'task' @('name', $Name, 'registered', $true, 'user', $User)
} catch {
    $cause = $_.Exception.GetBaseException()
    $hresult = '0x{0:X8}' -f [Runtime.InteropServices.Marshal]::GetHRForException($cause)
    if ($refusals -notcontains $hresult) { throw $_ }
    Out-Record 'refused' @('hresult', $hresult, 'text', $cause.Message)
}

[Console]::Out.WriteLine('##END')
