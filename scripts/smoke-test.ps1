# smoke-test.ps1 - asks this server for one page and looks for a text in it.
#
# Reads:      the answer of a Web application: status, title, and whether the page holds the text.
# Changes:    nothing.
# Parameters: Url     the page's address
#             Expect  text the page must hold, letter case counts; empty: any page
# Example:    powershell -ExecutionPolicy Bypass -File smoke-test.ps1 -Url http://pwa.contoso/pwa -Expect "Project Web Access"
#
# An http address is asked of this very server, whatever its name resolves to: 127.0.0.1 stands in as the proxy, because
# .NET 2.0 cannot set the Host header. A site that listens on one address of the server alone is not found that way.
# That cannot be done for https, which is asked by name; by_name=true says so, for another server may have answered.
# The page is asked for as whoever runs the script. Windows refuses such a logon to a server itself under another name
# than its own (KB896861): a site with integrated authentication alone then answers 401.
# Status 0 means that nobody answered. The first 1,000,000 characters of a page are looked at.
param(
    [string]$Url,
    [string]$Expect
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

function Read-Page($Response) {
    $encoding = [Text.Encoding]::UTF8
    try { if ($Response.CharacterSet) { $encoding = [Text.Encoding]::GetEncoding($Response.CharacterSet) } } catch { }
    $stream = $Response.GetResponseStream()
    $reader = New-Object IO.StreamReader $stream, $encoding
    $buffer = New-Object char[] 1000000
    $length = $reader.ReadBlock($buffer, 0, $buffer.Length)
    $text = New-Object Text.StringBuilder
    [void]$text.Append($buffer, 0, $length)
    return $text.ToString()
}

$address = [Uri]$Url
$byName = $address.Scheme -ne 'http'
$request = [Net.WebRequest]::Create($address)
$request.Timeout = 180000 # milliseconds; the first page is compiled
$request.UseDefaultCredentials = $true
$request.Proxy = $null
if (-not $byName) { $request.Proxy = New-Object Net.WebProxy '127.0.0.1', $address.Port }
$status = 0
$page = ''
$problem = ''
$response = $null
try {
    $response = $request.GetResponse()
} catch {
    $problem = $_.Exception.GetBaseException().Message
    $web = $_.Exception
    while ($web -ne $null -and $web -isnot [Net.WebException]) { $web = $web.InnerException }
    if ($web -ne $null) {
        $problem = $web.Message
        $response = $web.Response
    }
}
if ($response -ne $null) {
    $status = [int]$response.StatusCode
    try { $page = Read-Page $response } catch { $problem = $_.Exception.GetBaseException().Message }
    $response.Close()
}
$found = $Expect -eq '' -or $page.IndexOf($Expect, [StringComparison]::Ordinal) -ge 0
$title = ''
$match = [regex]::Match($page, '(?is)<title[^>]*>\s*(.*?)\s*</title>')
if ($match.Success) { $title = $match.Groups[1].Value }
if ($title.Length -gt 200) { $title = $title.Substring(0, 200) }
Out-Record 'page' @('url', $Url, 'status', $status, 'found', $found, 'length', $page.Length, 'title', $title, 'by_name', $byName, 'error', $problem)

[Console]::Out.WriteLine('##END')
