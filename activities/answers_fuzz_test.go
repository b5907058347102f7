package activities

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
)

// whole makes an answer of what a script might have printed.
func whole(text string) ([]scripts.Record, error) { return scripts.Parse(text+"\n##RC=0 n", "n") }

// FuzzInspect: whatever inspect.ps1 is said to have answered becomes facts that hold what was said, or an error that names
// the record and the field.
func FuzzInspect(f *testing.F) {
	f.Add("os\tversion=6.0.6002\tarchitecture=x64\tboot=2008-07-15T20:04:05Z\tnow=2008-07-15T21:00:00Z\tcomputer=APP01\nhost\tpowershell=2.0\n" +
		"account\tuser=CONTOSO\\sp-setup\tadministrator=true\ndrive\tname=D:\tfree_mb=20480\tsize_mb=40960\nfolder\tname=temp\tpath=C:\\Temp\n" +
		"wss\tversion=12.0.0.6219\tserverrole=APPLICATION\tlanguagepack=0\tpath=C:\\12\\\nlanguage\tlcid=1033\nlanguage\tlcid=1031\npending\tsource=x\nupdates\tnoautoupdate=1\tpolicy=3\tlocal=")
	f.Add("os\tboot=2008-07-15T20:04:05Z")
	f.Add("drive\tname=D:\tfree_mb=99999999999999999999\tsize_mb=0")
	f.Add("wss\tversion=12.0.x")
	f.Add("language\tlcid=")
	asked := time.Date(2008, 7, 15, 21, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		records, err := whole(text)
		if err != nil {
			return
		}
		var in inspection
		if err := in.read(records, asked, asked.Add(time.Second)); err != nil {
			var field *scripts.FieldError
			require.ErrorAs(t, err, &field)
			require.NotEmpty(t, field.Record)
			require.NotEmpty(t, field.Field)
			return
		}
		count := func(kind string) (n int) {
			for _, r := range records {
				if r.Kind == kind {
					n++
				}
			}
			return n
		}
		require.Len(t, in.facts.Drives, count("drive"))
		require.Len(t, in.facts.Languages, count("language"))
		require.Len(t, in.facts.PendingReboot, count("pending"))
		require.True(t, slices.IsSorted(in.facts.Languages))
		require.Equal(t, count("wss") > 0, in.facts.SharePoint)
		require.Equal(t, count("os") == 0, in.facts.Boot.IsZero(), "a server whose boot is not known cannot be told to have rebooted")
	})
}

// FuzzFarmFacts: a farm that says it could not be read is no empty farm.
func FuzzFarmFacts(f *testing.F) {
	f.Add("farm\tname=SharePoint_Config\tversion=12.0.0.6219\nserver\tname=APP01\trole=Application\tneeds_upgrade=true\nserver\tname=SQL01\trole=Invalid\n" +
		"instance\tserver=APP01\ttype=Central Administration\tstatus=Online\ninstance\tserver=WFE01\ttype=Windows SharePoint Services Web Application\tstatus=Online\n" +
		"webapp\turl=http://x\tcentral=false\nsite\tpath=/\ndatabase\tname=WSS_Content\tserver=SQL01\ttype=x")
	f.Add("error\ttext=no farm")
	f.Add("server\tname=APP01\trole=iNVALID")
	f.Fuzz(func(t *testing.T, text string) {
		records, err := whole(text)
		if err != nil {
			return
		}
		facts, err := farmFacts(records, "APP01")
		if slices.ContainsFunc(records, func(r scripts.Record) bool { return r.Kind == "error" }) {
			require.Error(t, err)
			require.Empty(t, facts)
			require.NotEmpty(t, FailureOf(err).Advice)
			return
		}
		require.NoError(t, err)
		for _, r := range records {
			if r.Kind == "server" && !strings.EqualFold(r.Get("role"), "Invalid") {
				require.Contains(t, facts.Servers, r.Get("name"))
			}
		}
		paths := slices.Clone(facts.SitePaths)
		slices.Sort(paths)
		require.Len(t, slices.Compact(paths), len(facts.SitePaths), "a path is asked once")
	})
}

// FuzzLogText: sizes that are none never send the reader of a log round in circles.
func FuzzLogText(f *testing.F) {
	f.Add("log\tsize=12\tnext=12\nline\ttext=one\nline\ttext=%2026")
	f.Add("log\tsize=-5\tnext=99999999999999999999")
	f.Add("log")
	f.Fuzz(func(t *testing.T, text string) {
		records, err := whole(text)
		if err != nil {
			return
		}
		l := logTextOf(records)
		require.GreaterOrEqual(t, l.size, int64(0))
		require.GreaterOrEqual(t, l.next, int64(0))
		require.LessOrEqual(t, len(l.lines), len(records))
	})
}

// FuzzRegistrySwitch: a value that is no number is a switch that is off, and an update option that is none.
func FuzzRegistrySwitch(f *testing.F) {
	for _, s := range []string{"", "0", "1", "0x1", " 4 ", "-1", "99999999999999999999", "on"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if isSet(text) {
			require.NotEmpty(t, strings.Trim(text, " \t\r\n0"), "zero in any form is off")
		}
		option := int(updateOption(text))
		require.NotEqual(t, math.MaxInt, option, "a number that does not fit is none")
		require.NotEqual(t, math.MinInt, option, "a number that does not fit is none")
	})
}
