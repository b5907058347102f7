# download.ps1 - copies packages from a Web server into a folder of this server. Runs as a job of the setup account.
#
# Reads:      the Web server, as the account it runs under and through no proxy.
# Changes:    the folder, which it makes, and the files named in it.
# Parameters: Mode    missing: a file that is there with the source's size stays; again: every file is copied
#             Url     the address of the folder
#             Folder  the folder on this server
#             Names   the files, separated by "|"
# Example:    powershell -ExecutionPolicy Bypass -File download.ps1 -Mode missing -Url http://files/updates/ -Folder D:\farmhand\packages -Names "a.exe|b.exe"
#
# A file arrives as NAME.part and gets its name when it is whole. No mark of a download is left: .NET writes none.
# TLS: .NET 2.0 speaks SSL 3.0 and TLS 1.0; later versions only where an update of Windows and .NET brought them. A
# server that wants TLS 1.2 refuses an old Windows: give an http address, a share, or copy the files beforehand.
# Exit codes: 0 every file is there; 2 the source cannot be read; 3 the folder cannot be made; 4 a copy ended early.
param(
    [string]$Mode,
    [string]$Url,
    [string]$Folder,
    [string]$Names
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

# Says what went wrong, in one record, and ends the job with a code of the list above.
function Stop-Download([int]$Code, [string]$Name, [string]$Text) {
    Out-Record 'error' @('text', ($Name + ': ' + $Text).TrimStart(': '))
    exit $Code
}

# Asks for a file; the answer is open and has to be closed.
function Open-Source([string]$Name) {
    $request = [Net.WebRequest]::Create($Url.TrimEnd('/') + '/' + [Uri]::EscapeDataString($Name))
    $request.UseDefaultCredentials = $true
    $request.Proxy = $null
    $request.Timeout = 60000 # milliseconds, until the answer begins
    return $request.GetResponse()
}

# Writes an answer into a file and returns how many bytes came.
function Save-Answer([Net.WebResponse]$Response, [string]$Path) {
    $from = $Response.GetResponseStream()
    $to = [IO.File]::Create($Path)
    try {
        $buffer = New-Object byte[] 1048576
        $got = $from.Read($buffer, 0, $buffer.Length)
        while ($got -gt 0) {
            $to.Write($buffer, 0, $got)
            $got = $from.Read($buffer, 0, $buffer.Length)
        }
        return $to.Length
    } finally {
        $to.Close()
    }
}

function Copy-Source([string]$Name) {
    try {
        $response = Open-Source $Name
    } catch {
        Stop-Download 2 $Name ($_.Exception.GetBaseException().Message)
    }
    try {
        $path = $Folder.TrimEnd('\') + '\' + $Name
        $want = $response.ContentLength # -1 where the server does not say
        if ($Mode -eq 'missing' -and [IO.File]::Exists($path) -and (New-Object IO.FileInfo $path).Length -eq $want) {
            Out-Record 'pulled' @('name', $Name, 'size', $want, 'copied', $false)
            return
        }
        $have = Save-Answer $response "$path.part"
        if ($want -ge 0 -and $have -ne $want) { throw "the copy ended early, $have of $want bytes" }
        [IO.File]::Delete($path)
        [IO.File]::Move("$path.part", $path)
        Out-Record 'pulled' @('name', $Name, 'size', $have, 'copied', $true)
    } catch {
        Stop-Download 4 $Name ($_.Exception.GetBaseException().Message)
    } finally {
        $response.Close()
    }
}

try {
    $known = [int][Net.ServicePointManager]::SecurityProtocol
    [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]($known -bor 768 -bor 3072) # TLS 1.1 and 1.2
} catch {
    $known = 0 # this .NET has not heard of them
}
try {
    [void][IO.Directory]::CreateDirectory($Folder)
} catch {
    Stop-Download 3 '' ($_.Exception.GetBaseException().Message)
}
foreach ($name in $Names.Split('|')) {
    if ($name) { Copy-Source $name }
}

[Console]::Out.WriteLine('##END')
