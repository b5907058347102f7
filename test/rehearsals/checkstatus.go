package rehearsals

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// fits reports whether a finding is the expected one.
func (f Finding) fits(found farm.Finding) bool {
	return f.Severity == found.Severity && (f.Server == "" || f.Server == found.Server) && strings.Contains(found.What+". "+found.Do, f.Contains)
}

// checkFindings wants every expected finding, and no blocking one besides.
func checkFindings(t *testing.T, expected []Finding, found []farm.Finding) {
	t.Helper()
	for _, e := range expected {
		assert.True(t, slices.ContainsFunc(found, e.fits), "nobody found %+v in %+v", e, found)
	}
	for _, f := range farm.Blocking(found) {
		assert.True(t, slices.ContainsFunc(expected, func(e Finding) bool { return e.fits(f) }), "unexpected: %+v", f)
	}
}

// check holds the status at the end against what was expected.
func (e Status) check(t *testing.T, s farm.Status) {
	t.Helper()
	assert.Len(t, s.UsersOff.Violations, e.Violations, "violations of users off: %v", s.UsersOff.Violations)
	for _, want := range e.Exceptions {
		assert.True(t, slices.ContainsFunc(s.Exceptions, func(x string) bool { return strings.Contains(x, want) }), "no exception %q in %q", want, s.Exceptions)
	}
	for _, want := range e.Servers {
		if got := s.Server(want.Name); assert.NotNil(t, got, "no server %s", want.Name) {
			want.check(t, *got)
		}
	}
	for _, want := range e.Databases {
		i := slices.IndexFunc(s.Databases, func(d farm.DatabaseStatus) bool { return strings.EqualFold(d.Name, want.Name) })
		if !assert.GreaterOrEqual(t, i, 0, "no database %s", want.Name) {
			continue
		}
		equalVersion(t, want.Name, want.Version, s.Databases[i].VersionAfter)
		equalTo(t, want.Name+" ok", want.OK, s.Databases[i].OK)
	}
}

func (e ServerStatus) check(t *testing.T, s farm.ServerStatus) {
	t.Helper()
	equalVersion(t, e.Name, e.Version, s.Version.String())
	equalTo(t, e.Name+" finalized", e.Finalized, s.Finalized)
	equalTo(t, e.Name+" reboots", e.Reboots, s.Reboots)
	equalTo(t, e.Name+" wizards", e.Wizards, len(s.Wizards))
	for _, want := range e.Packages {
		i := slices.IndexFunc(s.Packages, func(p farm.PackageStatus) bool { return strings.EqualFold(p.KB, want.KB) })
		if !assert.GreaterOrEqual(t, i, 0, "%s has no package %s", e.Name, want.KB) {
			continue
		}
		equal(t, e.Name+" "+want.KB+" state", string(want.State), string(s.Packages[i].State))
		equal(t, e.Name+" "+want.KB+" outcome", want.Outcome, s.Packages[i].Outcome)
	}
}

// equal compares texts, unless nothing is expected.
func equal(t *testing.T, what, want, got string) {
	t.Helper()
	if want != "" {
		assert.Equal(t, want, got, what)
	}
}

// equalVersion compares numbers, for SharePoint spells 12.0.6318 as 12.0.0.6318 in places.
func equalVersion(t *testing.T, what, want, got string) {
	t.Helper()
	if want == "" {
		return
	}
	w, err := farm.ParseVersion(want)
	require.NoError(t, err)
	if g, err := farm.ParseVersion(got); assert.NoError(t, err, what) {
		assert.Equal(t, w, g, "version of %s", what)
	}
}

// equalTo compares, unless nothing is expected.
func equalTo[T any](t *testing.T, what string, want *T, got T) {
	t.Helper()
	if want != nil {
		assert.Equal(t, *want, got, what)
	}
}
