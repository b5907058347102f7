# signature.ps1 - who signed files, and whether this Windows trusts the signature.
#
# Reads:      the files, and the certificates this server trusts.
# Changes:    nothing.
# Parameters: Paths  full paths, separated by "|"
# Example:    powershell -ExecutionPolicy Bypass -File signature.ps1 -Paths "C:\Updates\a.exe|C:\Updates\b.exe"
#
# status is Valid, HashMismatch (the file was changed after it was signed), NotSigned, NotTrusted, or another word of
# PowerShell for what this Windows cannot tell, such as UnknownError where the root certificate is not known. It is empty
# for a file that is not there.
param(
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

foreach ($path in $Paths.Split('|')) {
    if (-not $path) { continue }
    $status = ''
    $signer = ''
    if ([IO.File]::Exists($path)) {
        # Brackets in a path would be a pattern; the names of packages have none, and a folder with one is refused.
        $signature = Get-AuthenticodeSignature -FilePath $path
        $status = $signature.Status
        if ($signature.SignerCertificate -ne $null) { $signer = $signature.SignerCertificate.Subject }
    }
    Out-Record 'signature' @('path', $path, 'status', $status, 'signer', $signer)
}

[Console]::Out.WriteLine('##END')
