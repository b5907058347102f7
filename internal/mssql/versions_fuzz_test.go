package mssql

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// FuzzVersionRows: rows of VERSIONS, whatever is in them, put a database at a version that one of its rows has, and at none
// where the newest row of every component is no version.
func FuzzVersionRows(f *testing.F) {
	f.Add("{00000000-0000-0000-0000-000000000000}", "12.0.0.6219", int64(1), "00000000-0000-0000-0000-000000000000", "12.0.0.6318", int64(2), "NVARCHAR", false)
	f.Add("a", "12.0.0.10000", int64(7), "b", "not a version", int64(7), "nvarchar", true)
	f.Add("", "99999999999.1", int64(-1), "", "", int64(0), "UNIQUEIDENTIFIER", false)
	f.Fuzz(func(t *testing.T, component1, version1 string, id1 int64, component2, version2 string, id2 int64, sqlType string, bytes bool) {
		row := func(component, version string, id int64) VersionRow {
			var r VersionRow
			value := any(version)
			if bytes {
				value = []byte(version)
			}
			r.set("VersionId", "NVARCHAR", component)
			r.set("VERSION", sqlType, value)
			r.set("Id", "INT", id)
			r.set("UserName", "NVARCHAR", nil)
			r.set("TimeStamp", "DATETIME", time.Unix(id%1e9, 0))
			r.set("FinalizeTimeStamp", sqlType, value)
			return r
		}
		rows := []VersionRow{row(component1, version1, id1), row(component2, version2, id2)}
		for _, r := range rows {
			require.Len(t, r.Fields, 6, "every column is shown")
			require.Contains(t, []int64{id1, id2}, r.ID)
			if v, err := farm.ParseVersion(r.Text); err == nil {
				require.Equal(t, v, r.Version)
			} else {
				require.Zero(t, r.Version, "a text that is no version never counts as one")
			}
		}
		components := Components(rows)
		require.NotEmpty(t, components)
		highest := Highest(rows)
		require.True(t, slices.ContainsFunc(rows, func(r VersionRow) bool { return r.Version == highest }))
		for _, r := range components {
			require.True(t, slices.ContainsFunc(rows, func(o VersionRow) bool { return o.Component == r.Component && o.ID == r.ID }))
		}
		if rows[0].Component == rows[1].Component && id1 != id2 {
			newest := rows[0]
			if id2 > id1 {
				newest = rows[1]
			}
			require.Equal(t, newest.Version, highest, "the newest row speaks, not the highest text")
		}
	})
}
