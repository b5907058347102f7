package sharepoint

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParsePsconfig(t *testing.T) {
	for line, want := range map[string]psconfigCommand{
		"-cmd upgrade -inplace b2b -wait":                                    {upgrade: true, wait: true, verbs: []string{"upgrade"}},
		"-CMD Upgrade -Inplace B2B -Wait -Force":                             {upgrade: true, wait: true, force: true, verbs: []string{"upgrade"}},
		"-cmd applicationcontent -install -cmd installfeatures -cmd upgrade": {upgrade: true, verbs: []string{"installfeatures", "applicationcontent", "upgrade"}},
		"-cmd installfeatures":                                               {verbs: []string{"installfeatures"}},
		"-cmd services -install -cmd services -provision":                    {verbs: []string{"services"}},
		"-help": {help: true},
		"":      {help: true},
		"-cmd upgrade -inplace b2b -wait -cmd secureresources -cmd installfeatures": {upgrade: true, wait: true, verbs: []string{"secureresources", "installfeatures", "upgrade"}},
	} {
		got, mistake := parsePsconfig(strings.Fields(line))
		require.Empty(t, mistake, line)
		require.Equal(t, want, got, line)
	}
	for line, want := range map[string]string{
		"-cmd":                      "needs a command",
		"-cmd update":               "The command update is invalid",
		"-inplace b2b":              "invalid without a command",
		"-cmd upgrade -inplace":     "inplace parameter specified with the upgrade command is invalid",
		"-cmd upgrade -inplace x2x": "inplace parameter",
		"-cmd upgrade -quickly":     "The quickly parameter specified with the upgrade command is invalid",
	} {
		_, mistake := parsePsconfig(strings.Fields(line))
		require.Contains(t, mistake, want, line)
	}
}

func FuzzParsePsconfig(f *testing.F) {
	f.Add("-cmd\nupgrade\n-inplace\nb2b\n-wait")
	f.Add("-cmd")
	f.Fuzz(func(t *testing.T, args string) {
		c, mistake := parsePsconfig(strings.Split(args, "\n"))
		if mistake == "" && !c.help && len(c.verbs) == 0 {
			t.Fatalf("%q: nothing to do and nothing to say", args)
		}
	})
}

func TestSwitches(t *testing.T) {
	require.Equal(t, switches{unattended: true, noRestart: true, log: `C:\logs\a b.log`}, parseSwitches([]string{"/quiet", "/NORESTART", `/log:C:\logs\a b.log`}))
	require.Equal(t, switches{unattended: true, forceRestart: true}, parseSwitches([]string{"/passive", "/forcerestart"}))
	require.Equal(t, switches{}, parseSwitches([]string{"what", "/else"}))
}

// TestConsole compares with the captured output of psconfig 12.0.
func TestConsole(t *testing.T) {
	var b bytes.Buffer
	c := &console{out: &b, total: 4}
	c.banner()
	require.Equal(t, 80, strings.Index(b.String(), "\r"))
	c.begin("Initializing SharePoint Products and Technologies upgrade...")
	c.done("Successfully initialized SharePoint Products and Technologies upgrade.")
	c.begin("Initiating the upgrade sequence...")
	c.done("Successfully initiated the upgrade sequence.")
	c.begin("Upgrading SharePoint Products and Technologies...")
	c.failed(reviewLog, logs+`\PSCDiagnostics_1_19_2009_6_33_30_5_252811372.log`)
	text := strings.ReplaceAll(b.String(), "\r\n", "\n")
	require.Contains(t, text, `Performing configuration task 3 of 4
Upgrading SharePoint Products and Technologies...

Failed to upgrade SharePoint Products and Technologies.

An exception of type Microsoft.SharePoint.Upgrade.SPUpgradeException was thrown.
Additional exception information: Upgrade completed with errors. Review the`)
	require.Contains(t, text, `
Total number of configuration settings run: 3
Total number of successful configuration settings: 2
Total number of unsuccessful configuration settings: 1
Successfully stopped the configuration of SharePoint Products and Technologies.
Configuration of SharePoint Products and Technologies failed. Configuration must
be performed`)
	for _, line := range strings.Split(text, "\n")[1:] {
		require.LessOrEqual(t, len(line), 80, line)
	}
}
