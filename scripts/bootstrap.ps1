# bootstrap.ps1 - runs other scripts of this folder, one after the other; the one command line farmhand sends to powershell.exe.
#
# It changes nothing by itself. Standard input, in lines of ASCII:
#   NONCE          any word; the last line of the output repeats it
#   BASE64         the text of the script, UTF-8
#   Name BASE64    one line for each parameter, its value as UTF-8
#   .              the end of the parameters; what follows is the script's own standard input
#   NONCE          again: another script follows, from BASE64 on
# Output: what each script prints, then "##RC=0 NONCE"; when it threw, "error<TAB>text=..." and "##RC=1 NONCE", and no
# other script is run.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function ConvertFrom-Base64([string]$Text) {
    return [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Text))
}

$nonce = ''
$code = 0
try {
    $lines = @($input)
    $nonce = $lines[0]
    $next = 0
    do {
        $block = [ScriptBlock]::Create((ConvertFrom-Base64 $lines[$next + 1]))
        $parameters = @{}
        $next += 2
        while ($lines[$next] -ne '.') {
            if ($next -ge $lines.Length) { throw 'standard input ended before the line "."' }
            $name, $value = $lines[$next].Split(' ')
            $parameters[$name] = ConvertFrom-Base64 $value
            $next++
        }
        $rest = @()
        $next++
        while ($next -lt $lines.Length -and $lines[$next] -cne $nonce) {
            $rest += $lines[$next]
            $next++
        }
        $rest | & $block @parameters | ForEach-Object { [Console]::Out.WriteLine([string]$_) }
        if ($next -lt $lines.Length) { [Console]::Out.WriteLine("##RC=0 $nonce") }
    } while ($next -lt $lines.Length)
} catch {
    $code = 1
    $text = $_.Exception.GetBaseException().Message
    $text = [regex]::Replace($text, '[^ -$&-~]', { '%{0:X4}' -f [int][char]$args[0].Value })
    [Console]::Out.WriteLine("error`ttext=" + $text)
}
[Console]::Out.WriteLine("##RC=$code $nonce")
exit $code
