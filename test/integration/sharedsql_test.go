package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// places is how many backups run at once on the SQL Server that the two farms share. A farm takes one at a time.
const places = 1

// twoFarmsBehindOneSQLServer is the example with a second, smaller farm whose databases are on the same SQL Server.
func twoFarmsBehindOneSQLServer(t *testing.T) Options {
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	first := rollout.Farms[0]
	first.SQLServers = slices.Clone(first.SQLServers)
	first.SQLServers[0].Backup.Parallel = places
	sql := first.SQLServers[0].Name
	second := first
	second.Name, second.SQLServers = "second", slices.Clone(first.SQLServers)
	second.Servers = slices.Clone(first.Servers[:1])
	second.Servers[0].Name, second.Servers[0].Address = "ALL01", "127.0.1.41"
	second.Servers[0].Roles = []farm.Role{farm.RoleCentralAdministration, farm.RoleApplication, farm.RoleFrontEndWeb}
	second.Databases = farm.Databases{Configuration: "Second_Config", On: sql, Expect: []string{"Second_Admin", "Second_Content", "Second_Search"}}
	second.ProjectWebAccess = []farm.ProjectWebAccess{{
		URL: "http://second/pwa", On: sql, Published: "Second_Published", Draft: "Second_Draft", Archive: "Second_Archive", Reporting: "Second_Reporting",
	}}
	rollout.Farms = []farm.Farm{first, second}
	return Options{Rollout: rollout, Release: release, Pace: 4000, Twin: simulator.Twin{Holds: []world.Hold{
		{Host: sql, Step: "backup PWA_Draft"},
	}}}
}

// of is the same world with one of its farms in the middle.
func (f *Farm) of(name string) *Farm {
	one, _ := f.Rollout.Farm(name)
	alone := *f
	alone.Rollout.Farms = []farm.Farm{one}
	return &alone
}

// TestFarmsBehindOneSQLServerShareItsLimit updates two farms at once. The first takes the only place of their SQL Server
// and is held there until the second is seen waiting for one.
func TestFarmsBehindOneSQLServerShareItsLimit(t *testing.T) {
	o := twoFarmsBehindOneSQLServer(t)
	f := StartWith(t, o)
	first := f.of(o.Rollout.Farms[0].Name)
	release := sync.OnceFunc(func() {
		f.Simulator.World().Scope(first.Rollout.Farms[0].Name).Release(o.Twin.Holds[0].Host, o.Twin.Holds[0].Step)
	})
	t.Run("farms", func(t *testing.T) {
		t.Run("first", func(t *testing.T) {
			t.Parallel()
			r, _ := first.Update(t, Approve)
			require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
		})
		t.Run("second", func(t *testing.T) {
			t.Parallel()
			defer release() // one that fails must not leave the first waiting
			held := func() bool { return len(f.events(t, "held", "backup ")) == places }
			require.Eventually(t, held, time.Minute, 20*time.Millisecond, "the first farm never took the place")
			r, s := f.of("second").UpdateWith(t, People{Answer: Approve, See: func(s farm.Status) {
				if slices.ContainsFunc(s.Databases, func(d farm.DatabaseStatus) bool { return d.Waits != "" }) {
					release()
				}
			}})
			require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
			require.True(t, slices.ContainsFunc(s.Timeline, func(e farm.TimelineEntry) bool {
				return strings.HasSuffix(e.What, "waited: SQL01: 1 backup of others run there")
			}), "the evidence says that it waited")
		})
	})
	require.Equal(t, places, f.mostBackups(t))
}

// event is what the journal says of one thing that happened.
type event struct {
	Seq               int64
	Host, Event, Text string
}

// events are those of a kind in the journal whose text begins so.
func (f *Farm) events(t *testing.T, kind, text string) (out []event) {
	t.Helper()
	journal, err := os.ReadFile(f.Journal)
	require.NoError(t, err)
	for line := range bytes.Lines(journal) {
		var e event
		if json.Unmarshal(line, &e) == nil && e.Event == kind && strings.HasPrefix(e.Text, text) { // the last line may be half written
			out = append(out, e)
		}
	}
	return out
}

var toFile = regexp.MustCompile(`DISK = N'([^']+)'`)

// mostBackups is the greatest number of backups at once in the journal, each from the statement that begins it to the one that
// reads its file back, which follows when it has ended.
func (f *Farm) mostBackups(t *testing.T) (most int) {
	t.Helper()
	all := slices.Concat(f.events(t, "batch", "BACKUP DATABASE"), f.events(t, "batch", "RESTORE VERIFYONLY"))
	slices.SortFunc(all, func(a, b event) int { return int(a.Seq - b.Seq) })
	running := map[string]bool{}
	for _, e := range all {
		file := fmt.Sprint(e.Host, toFile.FindStringSubmatch(e.Text)[1])
		if strings.HasPrefix(e.Text, "BACKUP") {
			running[file] = true
		} else {
			delete(running, file)
		}
		most = max(most, len(running))
	}
	require.Empty(t, running, "every backup is read back")
	return most
}
