package winhost

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

const regKey = `HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0\WSS`

var regAnswers = []struct {
	name, text, want string
	found            bool
}{
	{"2003", "\r\n! REG.EXE VERSION 3.0\r\n\r\nHKEY_LOCAL_MACHINE\\X\r\n    SERVERROLE\tREG_SZ\tAPPLICATION\r\n\r\n", "APPLICATION", true},
	{"2003 with blanks", "! REG.EXE VERSION 3.0\r\n\r\nHKEY\\X\r\n    DevicePath  REG_EXPAND_SZ   %SystemRoot%\\inf\r\n", `%SystemRoot%\inf`, true},
	{"2003 default value", "HKEY\\X\r\n    <NO NAME>\tREG_SZ\t\"a b.exe\" /x:%1\r\n", `"a b.exe" /x:%1`, true},
	{"2008", "\r\nHKEY_LOCAL_MACHINE\\X\r\n    SetupType    REG_SZ    CLEAN_INSTALL\r\n\r\n", "CLEAN_INSTALL", true},
	{"2008 name with blanks", "HKEY\\X\r\n    Central Administration URL    REG_SZ    http://app01:8080\r\n", "http://app01:8080", true},
	{"German default", "HKEY\\X\r\n    (Standard)    REG_SZ    Wert\r\n", "Wert", true},
	{"number", "HKEY\\X\r\n    State    REG_DWORD    0x1\r\n", "0x1", true},
	{"empty data", "HKEY\\X\r\n    LanguagePackInstalled    REG_SZ    \r\n", "", true},
	{"empty data without blanks", "HKEY\\X\r\n    LanguagePackInstalled    REG_SZ\r\n", "", true},
	{"two lines", "HKEY\\X\r\n    Comments    REG_SZ  First line.\r\n    Second line.\r\n\r\n", "First line.\n    Second line.", true},
	{"nothing", "\r\nHKEY_LOCAL_MACHINE\\X\r\n\r\n", "", false},
	{"empty", "", "", false},
}

func TestParseRegQuery(t *testing.T) {
	for _, tt := range regAnswers {
		t.Run(tt.name, func(t *testing.T) {
			got, found := parseRegQuery(tt.text)
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.found, found)
		})
	}
}

func FuzzParseRegQuery(f *testing.F) {
	for _, a := range regAnswers {
		f.Add(a.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if data, found := parseRegQuery(text); !found {
			require.Empty(t, data)
		}
	})
}

func TestRegQuery(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	exit, answer := 0, regAnswers[0].text
	tw.command = func(line, _ string) (int, string, string) {
		switch line {
		case `reg query "` + regKey + `" /v "SERVERROLE"`:
			return exit, answer, ""
		case `reg query "` + regKey + `" /ve`:
			return exit, regAnswers[2].text, ""
		}
		return 1, "", "ERROR: The system was unable to find the specified registry key or value."
	}
	got, found, err := tw.RegQuery(t.Context(), regKey, "SERVERROLE")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "APPLICATION", got)
	got, found, err = tw.RegQuery(t.Context(), regKey, "")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, regAnswers[2].want, got)
	_, found, err = tw.RegQuery(t.Context(), regKey, "NoSuch")
	require.NoError(t, err)
	require.False(t, found)

	answer = "something else"
	_, _, err = tw.RegQuery(t.Context(), regKey, "SERVERROLE")
	requireKind(t, err, KindBadOutput)
	exit = 5
	_, _, err = tw.RegQuery(t.Context(), regKey, "SERVERROLE")
	requireKind(t, err, KindDenied)
	_, _, err = tw.RegQuery(t.Context(), `HKLM\a" & del *`, "")
	requireKind(t, err, KindConfig)
}
