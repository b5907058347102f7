package wsman

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func FuzzEnvelope(f *testing.F) {
	f.Add([]byte(`<s:Envelope xmlns:s="x"><s:Header><Action>a</Action><SelectorSet><Selector Name="ShellId">1</Selector></SelectorSet></s:Header><s:Body><Receive><DesiredStream CommandId="c">stdout</DesiredStream></Receive></s:Body></s:Envelope>`))
	f.Add([]byte(`<Envelope><Body><Send><Stream Name="stdin" CommandId="c" End="true">eA==</Stream></Send></Body></Envelope>`))
	f.Add([]byte(`<Envelope><Body><CommandLine><Command><![CDATA[a & b]]></Command><Arguments>x</Arguments></CommandLine></Body></Envelope>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := parseEnvelope(b)
		if err != nil {
			return
		}
		require.Positive(t, e.codePage())
		require.NotPanics(t, func() { _, _, _ = e.shellID(), e.commandID(), program(e.commandLine()) })
	})
}

func FuzzSplitSealed(f *testing.F) {
	f.Add([]byte("--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n" +
		"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n\x10\x00\x00\x00ssssssssssssssssdata--Encrypted Boundary--\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		signature, sealed, err := splitSealed(b)
		if err != nil {
			require.ErrorIs(t, err, errSealedLayout)
			return
		}
		require.Len(t, signature, 16)
		require.Less(t, len(sealed), len(b))
	})
}

func FuzzDuration(f *testing.F) {
	f.Add("PT60S")
	f.Add("P1DT2H3M4.5S")
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := parseDuration(s); err == nil {
			require.GreaterOrEqual(t, d, time.Duration(0))
		}
	})
}

func TestDurations(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"PT60S": time.Minute, "PT60.000S": time.Minute, "P0DT1H2M3.500S": time.Hour + 2*time.Minute + 3500*time.Millisecond,
		"P1D": 24 * time.Hour, "PT8H": 8 * time.Hour, "PT0S": 0,
	} {
		d, err := parseDuration(s)
		require.NoError(t, err, s)
		require.Equal(t, want, d, s)
	}
	for _, s := range []string{"", "P", "PT", "60", "P1Y", "PT1.5H", "-PT1S", "PT.5S"} {
		_, err := parseDuration(s)
		require.Error(t, err, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, int64(1000*time.Hour/time.Millisecond)).Draw(t, "ms")) * time.Millisecond
		got, err := parseDuration(fmt.Sprintf("PT%.3fS", want.Seconds()))
		require.NoError(t, err)
		require.Equal(t, want, got.Round(time.Millisecond))
	})
}
