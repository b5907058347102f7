package winhost

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const winrsAnswer = "Winrs\r\n    AllowRemoteShellAccess = true\r\n    IdleTimeout = 180000\r\n    MaxConcurrentUsers = 5\r\n" +
	"    MaxShellRunTime = 28800000\r\n    MaxProcessesPerShell = 15 [Source=\"GPO\"]\r\n    MaxMemoryPerShellMB = 150\r\n    MaxShellsPerUser = 5\r\n\r\n"

func TestQuotasOfWinrs(t *testing.T) {
	require.Equal(t, map[string]int64{
		"IdleTimeout": 180000, "MaxConcurrentUsers": 5, "MaxShellRunTime": 28800000, "MaxProcessesPerShell": 15,
		"MaxMemoryPerShellMB": 150, "MaxShellsPerUser": 5,
	}, parseQuotas(winrsAnswer))
	require.Nil(t, parseQuotas("WSManFault\r\n    Message = Access is denied.\r\n"))
	require.Nil(t, parseQuotas(""))
}

func TestNumberOfChcp(t *testing.T) {
	require.Equal(t, 437, lastNumber("Active code page: 437\r\n"))
	require.Equal(t, 850, lastNumber("Page de codes active\u00a0: 850\r\n"))
	require.Zero(t, lastNumber(""))
}

func FuzzShellAnswers(f *testing.F) {
	f.Add(winrsAnswer)
	f.Add("Page de codes active : 850")
	f.Add("Max = 99999999999999999999\r\nA = 1 [x]")
	f.Fuzz(func(t *testing.T, text string) {
		require.GreaterOrEqual(t, lastNumber(text), 0)
		for name, n := range parseQuotas(text) {
			require.NotEmpty(t, name)
			require.GreaterOrEqual(t, n, int64(0))
			require.Contains(t, strings.ReplaceAll(text, "\r", ""), name)
		}
	})
}
