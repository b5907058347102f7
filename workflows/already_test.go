package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// updatedBefore makes servers hold both packages, finalized, and where the host of Central Administration is among
// them the databases upgraded.
func (s *scene) updatedBefore(servers ...string) {
	for _, server := range servers {
		for _, p := range s.release.Packages {
			s.installed[server+"/"+p.KB] = true
		}
		s.finish(server)
	}
}

func (w *world) everyServer() []string {
	var out []string
	for _, s := range w.farm.SharePointServers() {
		out = append(out, s.Name)
	}
	return out
}

// TestAFarmAtTheReleaseIsLeftAlone: proven by preflight, with no user disconnected, no gate and nothing changed.
func TestAFarmAtTheReleaseIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	w.updatedBefore(w.everyServer()...)
	s := w.completes()
	require.True(t, s.Already)
	require.Empty(t, s.Questions)
	require.True(t, s.NoReturn.IsZero())
	require.True(t, s.UsersOff.Since.IsZero())
	for _, server := range s.Servers {
		if len(server.Packages) == 0 {
			continue
		}
		require.True(t, server.Finalized, server.Name)
		require.NotEmpty(t, server.Witnesses, server.Name)
		require.Zero(t, w.count("stop W3SVC "+server.Name))
		require.Zero(t, w.count("wizard "+server.Name))
		for _, p := range server.Packages {
			require.Equal(t, "already-installed", p.Outcome)
			require.Zero(t, w.count("install "+p.KB+" "+server.Name))
		}
	}
	for _, d := range s.Databases {
		require.True(t, d.OK, d.Name)
		require.Equal(t, farm.StepSkipped, d.BackupState)
		require.Zero(t, w.count("backup "+d.Name))
	}
	for _, p := range s.Phases[1:] {
		require.Equal(t, farm.StepSkipped, p.State, p.Phase)
	}
	require.Equal(t, 1, w.count("release"), "the lease is given back")
}

// TestADoubtfulFarmGoesTheWholeWay: one witness against it, and the update takes its course.
func TestADoubtfulFarmGoesTheWholeWay(t *testing.T) {
	for name, doubt := range map[string]func(*world){
		"databases are behind": func(w *world) { w.stale = "12.0.6219.1000" },
		"a wizard is pending":  func(w *world) { delete(w.finalized, "WFE01") },
		"a language pack waits": func(w *world) {
			w.tweak["APP02"] = func(f *farm.ServerFacts) { f.LanguagePackPending = !w.finalizedNow("APP02") }
		},
		"the registry names an older level": func(w *world) {
			w.tweak["WFE02"] = func(f *farm.ServerFacts) {
				if !w.finalizedNow("WFE02") {
					f.Version = farm.MustParseVersion("12.0.0.6219")
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.updatedBefore(w.everyServer()...)
			doubt(w)
			w.on["wizard "+w.farm.CentralAdministration().Name] = func(int) error {
				w.stale = ""
				return nil
			}
			w.approveEvery()
			s := w.completes()
			require.False(t, s.Already)
			require.False(t, s.UsersOff.Since.IsZero(), "users were off")
			ran := 0
			for _, server := range w.everyServer() {
				ran += w.count("wizard " + server)
				require.Zero(t, w.count("install KB951695 "+server), "what is there is not installed again")
			}
			require.Positive(t, ran)
		})
	}
}

// finalizedNow reports whether a wizard of this run has finished on a server. The scene is locked by the caller.
func (s *scene) finalizedNow(server string) bool { return s.times("wizard "+server) > 0 }

// TestNoWizardWhereNoneIsDue: the host of Central Administration and the databases were updated before, the others not.
func TestNoWizardWhereNoneIsDue(t *testing.T) {
	w := newWorld(t)
	ca := w.farm.CentralAdministration().Name
	w.updatedBefore(ca)
	w.approveEvery()
	s := w.completes()
	require.False(t, s.Already)
	require.Zero(t, w.count("wizard "+ca))
	require.True(t, s.Server(ca).Finalized)
	require.NotEmpty(t, s.Server(ca).Witnesses)
	for _, server := range w.everyServer() {
		if server != ca {
			require.Equal(t, 1, w.count("wizard "+server), server)
		}
	}
	require.NotNil(t, s.Question("continue"), "people still decide")
}

// TestAFreshPackageNeedsTheWizard: that the databases are upgraded spares no server on which a package was run.
func TestAFreshPackageNeedsTheWizard(t *testing.T) {
	w := newWorld(t)
	ca := w.farm.CentralAdministration().Name
	w.updatedBefore(ca)
	delete(w.installed, ca+"/KB951297")
	w.approveEvery()
	w.completes()
	require.Equal(t, 1, w.count("install KB951297 "+ca))
	require.Equal(t, 1, w.count("wizard "+ca))
}
