package farm_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

func TestParseVersion(t *testing.T) {
	for spelling, want := range map[string]farm.Version{
		"12.0.6318.5000":      {Major: 12, Build: 6318, Revision: 5000},     // files, Project databases
		"12.0.0.6318":         {Major: 12, Build: 6318, AnyRevision: true},  // SharePoint databases, registry
		"12.0.6318":           {Major: 12, Build: 6318, AnyRevision: true},  //
		" 12.0.6318.5000\r\n": {Major: 12, Build: 6318, Revision: 5000},     // as a console prints it
		"6.0.6002":            {Major: 6, Build: 6002, AnyRevision: true},   // Windows
		"12.0.0.0":            {Major: 12},                                  //
		"9.00.1399.06":        {Major: 9, Build: 1399, Revision: 6},         // SQL Server 2005
		"12.0.0.10000":        {Major: 12, Build: 10000, AnyRevision: true}, //
	} {
		got, err := farm.ParseVersion(spelling)
		require.NoError(t, err, spelling)
		require.Equal(t, want, got, spelling)
	}
	for _, bad := range []string{"", "12", "12.0", "12.0.6318.5000.1", "12.0.x.1", "12.0.-1.0", "12.0..1", "12.0.+1.0", "12.0.99999999999.0", "12,0,6318,5000"} {
		_, err := farm.ParseVersion(bad)
		require.ErrorContains(t, err, "version", bad)
	}
	require.Panics(t, func() { farm.MustParseVersion("x") })
}

// TestVersionIsNotText: as text 12.0.0.6318 is greater than 12.0.0.10000, so that MAX() in SQL and sorted
// text name the wrong build.
func TestVersionIsNotText(t *testing.T) {
	rows := []string{"12.0.0.10000", "12.0.0.6318", "12.0.0.6219", "12.0.6421.1000"}
	require.Equal(t, "12.0.6421.1000", slices.Max(rows))
	var versions []farm.Version
	for _, r := range rows {
		versions = append(versions, farm.MustParseVersion(r))
	}
	highest := slices.MaxFunc(versions, farm.Version.Compare)
	require.Equal(t, farm.MustParseVersion("12.0.0.10000"), highest)
}

func TestAtLeast(t *testing.T) {
	for _, tc := range []struct {
		is, wanted string
		want       bool
	}{
		{"12.0.6318.5000", "12.0.6318.5000", true},
		{"12.0.6318.4999", "12.0.6318.5000", false},
		{"12.0.0.6318", "12.0.6318.5000", true}, // the other spelling of the same build
		{"12.0.6318.5000", "12.0.0.6318", true},
		{"12.0.0.6219", "12.0.6318.5000", false},
		{"12.0.6421.1000", "12.0.6318.5000", true}, // Service Pack 2
		{"12.0.6219.1000", "12.0.6219.1000", true},
		{"12.0.4518.1016", "12.0.6219.1000", false},
		{"14.0.0.1", "12.0.6318.5000", true},
		{"12.0.10000.1", "12.0.6318.5000", true},
	} {
		require.Equal(t, tc.want, farm.MustParseVersion(tc.is).AtLeast(farm.MustParseVersion(tc.wanted)), "%s at least %s", tc.is, tc.wanted)
	}
}

// TestCompareIsAnOrder: among versions whose revisions are known, Compare is a total order; where one is
// unknown, it still never contradicts itself in the other direction and ignores revisions alone.
func TestCompareIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawVersion(t, "a"), drawVersion(t, "b"), drawVersion(t, "c")
		require.Zero(t, a.Compare(a))
		require.Equal(t, a.Compare(b), -b.Compare(a))
		require.Equal(t, a.Compare(b) >= 0, a.AtLeast(b))
		if a.AnyRevision || b.AnyRevision || c.AnyRevision {
			a.Revision, b.Revision, c.Revision = 0, 0, 0
			a.AnyRevision, b.AnyRevision, c.AnyRevision = true, true, true
		}
		if a.Compare(b) <= 0 && b.Compare(c) <= 0 {
			require.LessOrEqual(t, a.Compare(c), 0)
		}
		if a.Compare(b) == 0 {
			require.Equal(t, a, b, "equal only when the same")
		}
	})
}

// TestVersionRoundTrip: what histories and reports hold reads back as the same version.
func TestVersionRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawVersion(t, "v")
		data, err := json.Marshal(v)
		require.NoError(t, err)
		var back farm.Version
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, v, back, string(data))
	})
	data, err := json.Marshal(farm.Version{})
	require.NoError(t, err)
	require.JSONEq(t, `""`, string(data))
	require.Error(t, json.Unmarshal([]byte(`"12"`), new(farm.Version)))
}

func FuzzParseVersion(f *testing.F) {
	for _, s := range []string{"12.0.6318.5000", "12.0.0.6318", "12.0.6318", "0.0.0.0", "1.2.3.4.5", "", "2147483647.0.0.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := farm.ParseVersion(s)
		if err != nil {
			require.Equal(t, farm.Version{}, v)
			return
		}
		back, err := farm.ParseVersion(v.String())
		require.NoError(t, err)
		require.Equal(t, v, back)
	})
}
