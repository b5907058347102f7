package farm_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestParsePackageLog(t *testing.T) {
	result := func(n int) *int { return &n }
	for name, tc := range map[string]struct {
		log  string
		want farm.PackageLog
	}{
		"nothing": {"", farm.PackageLog{}},
		"success": {"OPatchInstall: Getting the package KB951695 ready to run\r\nOPatchInstall: Property 'SYS.PROC.RESULT' value '0'", farm.PackageLog{Result: result(0)}},
		"no baseline": {"OPatchInstall: Property 'WSS' value 'InvalidBaseline'\nOPatchInstall: Property 'SYS.PROC.RESULT' value '17031'",
			farm.PackageLog{Result: result(17031), Lines: []string{"OPatchInstall: Property 'WSS' value 'InvalidBaseline'"}}},
		"the last of several":     {"Property 'SYS.PROC.RESULT' value '0'\nproperty 'sys.proc.result'  value '17302'", farm.PackageLog{Result: result(17302)}},
		"an HRESULT":              {"Property 'SYS.PROC.RESULT' value '-2147023278'", farm.PackageLog{Result: result(-2147023278)}},
		"a number of no kind":     {"Property 'SYS.PROC.RESULT' value '99999999999999'", farm.PackageLog{}},
		"trouble, and no result":  {"The extraction of the files failed\nall is well", farm.PackageLog{Lines: []string{"The extraction of the files failed"}}},
		"failures in other words": {"failover is on\nterror", farm.PackageLog{}},
	} {
		require.Equal(t, tc.want, farm.ParsePackageLog(strings.Split(tc.log, "\n")), name)
	}
	many := farm.ParsePackageLog(strings.Split(strings.Repeat("error\n", 50)+"error at the end "+strings.Repeat("é", 400), "\n"))
	require.Len(t, many.Lines, 8)
	require.Contains(t, many.Lines[7], "error at the end")
	require.LessOrEqual(t, len(many.Lines[7]), 300)
}

func TestPackageLogDiffers(t *testing.T) {
	log := farm.ParsePackageLog([]string{"Property 'SYS.PROC.RESULT' value '17031'"})
	require.Empty(t, farm.PackageLog{}.Differs(0))
	require.Empty(t, log.Differs(17031))
	require.Equal(t, "its log says 17031 (invalid baseline)", log.Differs(0))
}

func FuzzParsePackageLog(f *testing.F) {
	f.Add("OPatchInstall: Property 'SYS.PROC.RESULT' value '17031'\nfailed")
	f.Add("\xff\xfeerror\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		l := farm.ParsePackageLog(strings.Split(text, "\n"))
		require.LessOrEqual(t, len(l.Lines), 8)
		for _, line := range l.Lines {
			require.LessOrEqual(t, len(line), 300)
			require.True(t, utf8.ValidString(line))
		}
	})
}
