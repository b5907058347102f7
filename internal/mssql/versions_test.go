package mssql

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

const otherComponent = "6e7f5a0c-1111-4f5e-9d2b-2f9a3f0f8d11"

func row(component, text string, id int64) VersionRow {
	var r VersionRow
	r.set("VersionId", "NVARCHAR", component)
	r.set("Version", "NVARCHAR", text)
	r.set("Id", "INT", id)
	return r
}

func TestHighest(t *testing.T) {
	for name, tt := range map[string]struct {
		rows []VersionRow
		want string // empty: the zero version
	}{
		"nothing":                    {nil, ""},
		"numbers, not text":          {[]VersionRow{row(coreComponent, "12.0.0.6318", 1), row(coreComponent, "12.0.0.10000", 2)}, "12.0.10000"},
		"the newest row":             {[]VersionRow{row(coreComponent, "12.0.6318.5000", 7), row(coreComponent, "12.0.6219.1000", 3)}, "12.0.6318.5000"},
		"a history going back":       {[]VersionRow{row(coreComponent, "12.0.6318.5000", 3), row(coreComponent, "12.0.6219.1000", 7)}, "12.0.6219.1000"},
		"the core row speaks":        {[]VersionRow{row(otherComponent, "12.0.6421.1000", 9), row(coreComponent, "12.0.6318.5000", 3)}, "12.0.6318.5000"},
		"braces and case":            {[]VersionRow{row("{"+coreComponent+"}", "12.0.6318.5000", 3), row(otherComponent, "12.0.6421.1000", 9)}, "12.0.6318.5000"},
		"no core row":                {[]VersionRow{row(otherComponent, "12.0.6219.1000", 1), row("x", "12.0.6318.5000", 2)}, "12.0.6318.5000"},
		"no id column":               {[]VersionRow{row(coreComponent, "12.0.6318.5000", 0), row(coreComponent, "12.0.6219.1000", 0)}, "12.0.6318.5000"},
		"newest row is no version":   {[]VersionRow{row(coreComponent, "12.0.6318.5000", 1), row(coreComponent, "upgrading", 2)}, ""},
		"Project spelling and Share": {[]VersionRow{row(coreComponent, "12.0.0.6318", 1)}, "12.0.6318"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Highest(tt.rows)
			if tt.want == "" {
				require.True(t, got.IsZero())
				return
			}
			require.Equal(t, tt.want, got.String())
		})
	}
}

// The order in which rows come back does not matter: a SELECT without ORDER BY promises none.
func TestHighestIgnoresTheOrderOfRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(rt, "rows")
		rows := make([]VersionRow, n)
		for i := range rows {
			component := rapid.SampledFrom([]string{coreComponent, otherComponent}).Draw(rt, "component")
			version := farm.Version{Major: 12, Build: rapid.IntRange(4518, 10000).Draw(rt, "build"), Revision: 1000}
			rows[i] = row(component, version.String(), int64(i+1))
		}
		require.Equal(rt, Highest(rows), Highest(rapid.Permutation(rows).Draw(rt, "order")))
	})
}

func TestFieldsKeepEveryColumn(t *testing.T) {
	stamp := time.Date(2008, 7, 15, 22, 10, 5, 330e6, time.UTC)
	var r VersionRow
	r.set("VERSIONID", "UNIQUEIDENTIFIER", make([]byte, 16))
	r.set("Version", "NVARCHAR", "12.0.0.6318")
	r.set("TimeStamp", "DATETIME", stamp)
	r.set("FinalizeTimeStamp", "DATETIME", nil)
	r.set("UserName", "NVARCHAR", `CONTOSO\sp-setup`)
	r.set("Locked", "BIT", true)
	r.set("Extra", "VARBINARY", []byte{0xAB})
	r.set("Size", "DECIMAL", []byte("12.5"))
	require.Equal(t, coreComponent, r.Component)
	require.Equal(t, farm.MustParseVersion("12.0.0.6318"), r.Version)
	require.Equal(t, stamp, r.TimeStamp)
	require.True(t, r.Finalized.IsZero())
	require.Equal(t, `CONTOSO\sp-setup`, r.UserName)
	require.Equal(t, []Field{
		{Name: "VERSIONID", Value: coreComponent},
		{Name: "Version", Value: "12.0.0.6318"},
		{Name: "TimeStamp", Value: "2008-07-15 22:10:05.330"},
		{Name: "FinalizeTimeStamp", Null: true},
		{Name: "UserName", Value: `CONTOSO\sp-setup`},
		{Name: "Locked", Value: "1"},
		{Name: "Extra", Value: "0xab"},
		{Name: "Size", Value: "12.5"},
	}, r.Fields)
}
