package journal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/test/journal"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	const stage = `D:\farmhand`
	for what, changes := range map[journal.Event]bool{
		{Protocol: "winrm", Event: "command", Text: `sc query "W3SVC" && sc qc "W3SVC"`}:                                        false,
		{Protocol: "winrm", Event: "command", Text: `cmd /c dir /b "D:\farmhand\jobs\x" && type "D:\farmhand\jobs\x\exit.txt"`}: false,
		{Protocol: "winrm", Event: "command", Text: `md "D:\farmhand\jobs\fh-x"`}:                                               false,
		{Protocol: "winrm", Event: "command", Text: `rd /s /q "D:\farmhand\jobs\fh-x"`}:                                         false,
		{Protocol: "winrm", Event: "command", Text: `icacls "D:\farmhand\jobs\fh-x" /inheritance:r`}:                            false,
		{Protocol: "winrm", Event: "command", Text: `schtasks /run /tn "fh-x"`}:                                                 false,
		{Protocol: "winrm", Event: "command", Text: `net localgroup Administrators`}:                                            false,
		{Protocol: "winrm", Event: "command", Text: `chcp`}:                                                                     false,
		{Protocol: "winrm", Event: "command", Text: `chcp 65001`}:                                                               true,
		{Protocol: "winrm", Event: "command", Text: `winrm get winrm/config/winrs`}:                                             false,
		{Protocol: "winrm", Event: "command", Text: `winrm set winrm/config/winrs @{MaxShellsPerUser="5"}`}:                     true,
		{Protocol: "winrm", Event: "script", Text: `inspect.ps1`}:                                                               false,
		{Protocol: "winrm", Event: "script", Text: `put-file.ps1 -Path "D:\farmhand\jobs\fh-x\run.cmd"`}:                        false,
		{Protocol: "tds", Event: "batch", Text: `SELECT * FROM [SharePoint_Config].dbo.Versions`}:                               false,
		{Protocol: "tds", Event: "batch", Text: `EXEC master.dbo.xp_fileexist N'E:\Backup'`}:                                    false,
		{Protocol: "job", Event: "started", Text: `"C:\BIN\stsadm.exe" -o localupgradestatus`}:                                  false,
		{Protocol: "system", Event: "user-turned-away"}:                                                                         false,
		{Protocol: "winrm", Event: "command", Text: `sc query W3SVC && net stop W3SVC`}:                                         true,
		{Protocol: "winrm", Event: "command", Text: `sc config W3SVC start= demand`}:                                            true,
		{Protocol: "winrm", Event: "command", Text: `md "D:\farmhand2"`}:                                                        true,
		{Protocol: "winrm", Event: "command", Text: `rd /s /q "D:\farmhand\..\data"`}:                                           true,
		{Protocol: "winrm", Event: "command", Text: `dir > C:\list.txt`}:                                                        true,
		{Protocol: "winrm", Event: "command", Text: `net localgroup Administrators CONTOSO\x /add`}:                             true,
		{Protocol: "winrm", Event: "command", Text: `schtasks /run /tn "backup"`}:                                               true,
		{Protocol: "winrm", Event: "command", Text: `somebody's own program`}:                                                   true,
		{Protocol: "winrm", Event: "script", Text: `put-file.ps1 -Path "C:\Windows\x"`}:                                         true,
		{Protocol: "tds", Event: "batch", Text: `BACKUP DATABASE [PWA_Draft] TO DISK = N'E:\x.bak'`}:                            true,
		{Protocol: "tds", Event: "batch", Text: `SELECT * INTO x FROM y`}:                                                       true,
		{Protocol: "tds", Event: "batch", Text: `SELECT 1; DELETE FROM Versions`}:                                               true,
		{Protocol: "job", Event: "started", Text: `"C:\BIN\stsadm.exe" -o execadmsvcjobs`}:                                      true,
		{Protocol: "job", Event: "started", Text: `"C:\BIN\psconfig.exe" -cmd upgrade`}:                                         true,
		{Protocol: "job", Event: "started", Text: `C:\Updates\x-kb951695-x64.exe`}:                                              true,
		{Protocol: "system", Event: "service-start-mode", Text: "W3SVC manual"}:                                                 true,
		{Protocol: "system", Event: "boot"}:                                                                                     true,
		{Protocol: "system", Event: "something new"}:                                                                            true,
	} {
		require.Equal(t, changes, len(journal.Changes([]journal.Event{what}, stage)) == 1, "%+v", what)
	}
}

// TestACommandThatDoesNotExistChangesNothing: cmd.exe found no program, unless a part of the line before it ran.
func TestACommandThatDoesNotExistChangesNothing(t *testing.T) {
	t.Parallel()
	exit := 9009
	one := journal.Event{Protocol: "winrm", Event: "command", Text: "powershell.exe -NoProfile", Exit: &exit}
	require.Empty(t, journal.Changes([]journal.Event{one}, `D:\farmhand`))
	one.Text = "net stop W3SVC && powershell.exe"
	require.Len(t, journal.Changes([]journal.Event{one}, `D:\farmhand`), 1)
}
