package winhost

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a program prints is read as what it says it is, then as the shell's code page.
func TestTextOfAStream(t *testing.T) {
	for name, tc := range map[string]struct {
		raw      string
		codePage int
		want     string
	}{
		"the shell's code page":       {"Dienst l\x84uft", 437, "Dienst läuft"},
		"UTF-8 behind a mark":         {"\xEF\xBB\xBFboot\ttime=ä", 437, "boot\ttime=ä"},
		"UTF-8 that was asked for":    {"\xEF\xBB\xBFboot", 65001, "boot"},
		"UTF-16 behind a mark":        {"\xFF\xFEb\x00o\x00o\x00t\x00", 437, "boot"},
		"UTF-16 that was cut short":   {"\xFF\xFEb\x00o", 437, "b\uFFFD"},
		"a code page without a table": {"l\x84uft", 932, "l\uFFFDuft"},
		"nothing":                     {"", 437, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var o output
			_, err := o.Write([]byte(tc.raw))
			require.NoError(t, err)
			require.Equal(t, tc.want, o.text(tc.codePage))
		})
	}
}
