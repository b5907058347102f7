package farm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestKnownFailures: each row of the table can be met, and tells people enough.
func TestKnownFailures(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range farm.KnownFailures() {
		require.False(t, seen[k.Name], k.Name)
		seen[k.Name] = true
		require.NotEmpty(t, k.Cause)
		require.NotEmpty(t, k.Advice)
		require.NotEmpty(t, k.Source)
		require.Contains(t, []string{"documented", "reported", "estimate"}, k.Confidence)
		require.Contains(t, []farm.Choice{"", farm.ChoiceClearConfigCache, farm.ChoiceStartTimer}, k.Fix)
		for _, sign := range k.Signs {
			require.Equal(t, strings.ToLower(sign), sign, "signs are compared in lower case")
			found := farm.RecogniseFailure(nil, []string{"[x] [ERROR]: " + strings.ToUpper(sign)})
			require.NotEmpty(t, found, sign)
		}
	}
	for line, name := range map[string]string{
		`An update conflict has occurred, and you must re-try this action. The object SPServer is being updated by CONTOSO\sp-farm`: "update conflict",
		`The DELETE statement conflicted with the REFERENCE constraint "FK_MSP_TimesheetLine_TaskNameUID".`:                         "data of a Project database",
		`The B2B upgrader timer job failed.`: "timer service",
		`An object of the type SPUpgradeJobDefinition named "job-upgrade" already exists under the parent SPTimerService`: "upgrade job left over",
		`Cannot start service W3SVC on computer '.'.`:                                                                                 "World Wide Web Publishing Service disabled",
		`Access to the path 'C:\Inetpub\wwwroot\web.config' is denied.`:                                                               "access denied",
		`Cannot open database "SharePoint_Config" requested by the login. The login failed. Login failed for user 'CONTOSO\someone'.`: "database not reached",
		`The servers of the farm are not at the same level.`:                                                                          "servers at different levels",
	} {
		found := farm.RecogniseFailure([]string{line})
		require.Len(t, found, 1, line)
		require.Equal(t, name, found[0].Name)
	}
	require.Empty(t, farm.RecogniseFailure([]string{"[SPManager] [INFO]: Finished upgrading SPFarm."}, nil))
}

// FuzzRecogniseFailure: any log is read without a panic, and each failure is named once.
func FuzzRecogniseFailure(f *testing.F) {
	f.Add("An update conflict has occurred\nis denied")
	f.Fuzz(func(t *testing.T, log string) {
		seen := map[string]bool{}
		for _, k := range farm.RecogniseFailure(strings.Split(log, "\n")) {
			require.False(t, seen[k.Name])
			seen[k.Name] = true
		}
	})
}
