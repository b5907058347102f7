# warm-up.ps1 - asks this server for one page of each Web application.
#
# Reads:      the answers of the Web applications.
# Changes:    nothing; the first request makes ASP.NET compile and load the application.
# Parameters: Urls  addresses of the Web applications, separated by "|"
# Example:    powershell -ExecutionPolicy Bypass -File warm-up.ps1 -Urls "http://pwa.contoso/pwa|http://portal.contoso/"
#
# An http address is asked of this very server, whatever its name resolves to: 127.0.0.1 stands in as the proxy, because
# .NET 2.0 cannot set the Host header. That cannot be done for https, which is asked by name; the answer says so, for
# behind a load balancer it may come from another server. Status 0 means that nobody answered.
param(
    [string]$Urls
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

function Send-Request([Uri]$Address) {
    $request = [Net.WebRequest]::Create($Address)
    $request.Timeout = 180000 # milliseconds; the first page is compiled
    $request.UseDefaultCredentials = $true
    $request.Proxy = $null
    if ($Address.Scheme -eq 'http') { $request.Proxy = New-Object Net.WebProxy '127.0.0.1', $Address.Port }
    $status = 0
    $problem = ''
    try {
        $response = $request.GetResponse()
    } catch {
        $cause = $_.Exception.GetBaseException()
        $problem = $cause.Message
        $response = $null
        $web = $_.Exception
        while ($web -ne $null -and $web -isnot [Net.WebException]) { $web = $web.InnerException }
        if ($web -ne $null) {
            $problem = $web.Message
            $response = $web.Response
        }
    }
    if ($response -ne $null) {
        $status = [int]$response.StatusCode
        $response.Close()
    }
    if ($Address.Scheme -ne 'http') { $problem = ($problem + ' Asked by name: another server may have answered.').Trim() }
    Out-Record 'response' @('url', $Address.OriginalString, 'status', $status, 'error', $problem)
}

foreach ($url in $Urls.Split('|')) {
    if ($url) { Send-Request $url }
}

[Console]::Out.WriteLine('##END')
