$text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Console]::In.ReadLine()))
$block = [ScriptBlock]::Create($text)
& $block
