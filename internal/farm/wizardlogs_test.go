package farm_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

const succeeded = "SharePoint Products and Technologies Configuration Wizard version 12.0.6318.5000\rCopyright\r\n\r\n" +
	"Performing configuration task 4 of 4\r\nSuccessfully completed the SharePoint Products and Technologies configuration.\r\n\r\n" +
	"Total number of configuration settings run: 4\r\nTotal number of successful configuration settings: 4\r\n" +
	"Total number of unsuccessful configuration settings: 0\r\n" +
	"Successfully stopped the configuration of SharePoint Products and Technologies.\r\n" +
	"Configuration of the SharePoint Products and Technologies has succeeded.\r\n"

// failed wraps at 80 columns, as the console does.
const failed = "Total number of configuration settings run: 3\r\nTotal number of successful configuration settings: 2\r\n" +
	"Total number of unsuccessful configuration settings: 1\r\nSuccessfully stopped the configuration of SharePoint Products and Technologies.\r\n" +
	"Configuration of SharePoint Products and\r\nTechnologies failed. Configuration must be performed before you use SharePoint.\r\n"

func TestJudgeWizardLogs(t *testing.T) {
	ok := farm.JudgeWizardLogs(succeeded, []string{
		"[SPManager] [INFO] [7/15/2008 1:20:11 AM]: Finished upgrading SPFarm Name=SharePoint_Config.",
		"[SPManager] [INFO] [7/15/2008 1:20:11 AM]: In-place Upgrade session finishes. root object = SPFarm=SharePoint_Config, recursive = True. 0 errors and 2 warnings encountered.",
	}, []string{"01/15/2009 13:55:32  1  ERR                      An exception of type System.Net.Sockets.SocketException was thrown.", "01/15/2009 13:55:32  1  INF  Entering"})
	require.True(t, ok.Succeeded)
	require.False(t, ok.Failed)
	require.Equal(t, 4, ok.Run)
	require.Zero(t, ok.Unsuccessful)
	require.True(t, ok.UpgradeFinished)
	require.Equal(t, 2, ok.Warnings)
	require.True(t, ok.UpgradeLogClean(), "an ERR of PSCDiagnostics and a warning are no failure")
	require.Equal(t, 2, ok.UpgradeNew)
	require.Equal(t, []string{"An exception of type System.Net.Sockets.SocketException was thrown."}, ok.Diagnostics)
	require.Empty(t, farm.RecogniseFailure(ok.UpgradeLines, ok.Summary))
	require.Equal(t, "Configuration of the SharePoint Products and Technologies has succeeded.", ok.Summary[len(ok.Summary)-1])

	bad := farm.JudgeWizardLogs(failed, nil, nil)
	require.False(t, bad.Succeeded)
	require.True(t, bad.Failed, "a line break inside the sentence does not hide it")
	require.Equal(t, 3, bad.Run)
	require.Equal(t, 1, bad.Unsuccessful)

	silent := farm.JudgeWizardLogs("Successfully stopped the configuration of SharePoint Products and Technologies.", nil, nil)
	require.False(t, silent.Succeeded || silent.Failed, "stopped is printed either way")
}

// TestUpgradeLogLines are lines of real 12.0 logs.
func TestUpgradeLogLines(t *testing.T) {
	for line, cause := range map[string]string{
		`Upgrade [SPSearchDatabase Name=SharePoint_WSS_Search Parent=SPDatabaseServiceInstance] failed.`:                                   "stale copy of the configuration",
		`[SPManager] [ERROR] [8/1/2009 1:00:00 AM]: An update conflict has occurred, and you must re-try this action.`:                     "stale copy of the configuration",
		`[IisWebSiteSequence] [ERROR] [10/17/2007 11:38:22 AM]: Access to the path 'C:\x\web.config' is denied.`:                           "may not write a file",
		`[AssemblyReferenceFixUp] [3.0.4.0] [ERROR] [10/18/2007 11:47:40 AM]: Application Web Config for this IIS site could not be found`: "",
		`[P12] [ERROR] [4/1/2009 1:00:00 AM]: The DELETE statement conflicted with the REFERENCE constraint "FK_MSP"`:                      "breaks the upgrade",
	} {
		l := farm.JudgeWizardLogs(succeeded, []string{line}, nil)
		require.False(t, l.UpgradeLogClean(), line)
		require.Len(t, l.UpgradeLines, 1)
		known := farm.RecogniseFailure(l.UpgradeLines)
		if cause == "" {
			require.Empty(t, known)
		} else {
			require.Len(t, known, 1)
			require.Contains(t, known[0].Cause, cause)
		}
	}
	for _, line := range []string{
		`[SPWebTemplateSequence] [DEBUG] [1/19/2009 6:35:31 AM]: Template OSRV#0: Activating site-collection-scoped features...`,
		`   at Microsoft.SharePoint.Upgrade.SPActionSequence.Upgrade`,
		`[SPManager] [WARNING] [1/19/2009 6:35:31 AM]: the word ERROR in a sentence`,
	} {
		require.True(t, farm.JudgeWizardLogs(succeeded, []string{line}, nil).UpgradeLogClean(), line)
	}
	counted := farm.JudgeWizardLogs("", []string{"In-place Upgrade session finishes. root object = x. 1 error and 0 warnings encountered."}, nil)
	require.False(t, counted.UpgradeLogClean())
}

func TestJudgeLocalUpgradeStatus(t *testing.T) {
	const clean = "[11] content database(s) encountered.\r\n[0] content database(s) still need upgrade or cannot be upgraded.\r\n" +
		"[11] site collection(s) are contained in the content databases.\r\n[0] site collection(s) still need upgrade.\r\n" +
		"[49] other objects encountered, [0] of them still need upgrade or cannot be upgraded.\r\n"
	for _, tc := range []struct {
		exit   int
		output string
		agrees bool
		says   string
	}{
		{0, clean, true, "no object needs an upgrade"},
		{0, strings.Replace(clean, "[0] of them", "[3] of them", 1), false, "3 objects still need an upgrade"},
		{0, "<status>Needs Upgrade</status>" + clean, false, ""},
		{-1, "Command line error.", true, "no opinion"},
		{0, "", true, "no opinion"},
	} {
		agrees, says := farm.JudgeLocalUpgradeStatus(tc.exit, tc.output)
		require.Equal(t, tc.agrees, agrees, tc.output)
		require.Contains(t, says, tc.says)
	}
}

// FuzzJudgeWizardLogs: any log is read without a panic, and what is quoted fits into a history.
func FuzzJudgeWizardLogs(f *testing.F) {
	f.Add(succeeded, "[x] [ERROR] y")
	f.Add(failed, "session finishes. 99999999999999999999 errors and 1 warning encountered")
	f.Add("\r", strings.Repeat("[a] [ERROR] ü", 100))
	f.Fuzz(func(t *testing.T, console, log string) {
		l := farm.JudgeWizardLogs(console, strings.Split(log, "\n"), strings.Split(log, "\n"))
		for _, lines := range [][]string{l.Summary, l.UpgradeLines, l.Diagnostics} {
			require.LessOrEqual(t, len(lines), 12)
			for _, line := range lines {
				require.LessOrEqual(t, len(line), 403)
				if utf8.ValidString(console) && utf8.ValidString(log) {
					require.True(t, utf8.ValidString(line))
				}
			}
		}
		_, says := farm.JudgeLocalUpgradeStatus(0, log)
		require.NotEmpty(t, says)
	})
}
