package activities_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/sqlserver"
	"farmhand/simulator/world"
)

// second is a farm whose databases are on the SQL Server of the first.
const second = "second"

// behindOneSQLServer gives the twin that farm.
func behindOneSQLServer(o *simulator.Options) {
	first := o.Rollout.Farms[0]
	f := farm.Farm{
		Name: second, Site: first.Site, Servers: slices.Clone(first.Servers), SQLServers: slices.Clone(first.SQLServers),
		Databases: farm.Databases{Configuration: "Second_Config", On: sql01, Expect: []string{"Second_Content", "Second_Search"}},
	}
	network := first.Servers[0].Address[:strings.LastIndexByte(first.Servers[0].Address, '.')]
	for i := range f.Servers {
		f.Servers[i].Address = fmt.Sprintf("%s.%d", network, 30+i)
	}
	o.Rollout.Farms = append(o.Rollout.Farms, f)
}

// counted is a backup of a farm that is counted against so many places.
func (w *twin) counted(name, database string, places int) activities.BackupRequest {
	w.Helper()
	r := w.bak(database)
	r.Farm, r.Server.Backup.Parallel = name, places
	return r
}

// begin takes a backup in the background and returns when the twin holds it half way.
func (w *twin) begin(ctx context.Context, r activities.BackupRequest) <-chan error {
	w.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := w.run(ctx, w.acts.BackupDatabase, r)
		done <- err
	}()
	w.await(sql01, "held", "backup "+r.Database)
	return done
}

func TestFarmsBehindOneSQLServerShareItsPlaces(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		behindOneSQLServer(o)
		o.Twin.Holds = []world.Hold{{Host: sql01, Step: "backup PWA_Draft"}, {Host: sql01, Step: "backup Second_Config"}}
	})
	first := w.options.Rollout.Farms[0].Name
	draft := w.begin(t.Context(), w.counted(first, "PWA_Draft", 2))
	killed, kill := context.WithCancel(t.Context())
	config := w.begin(killed, w.counted(second, "Second_Config", 2))

	take := func(r activities.BackupRequest) activities.BackupResult {
		return do[activities.BackupResult](w, w.acts.BackupDatabase, r)
	}
	require.Equal(t, activities.BackupResult{Busy: 2}, take(w.counted(second, "Second_Content", 2)))
	require.Equal(t, activities.BackupResult{Busy: 1}, take(w.counted(first, "PWA_Archive", 1)))
	require.Equal(t, activities.BackupResult{Busy: 2}, do[activities.BackupResult](w, w.acts.ProveBackup, w.counted(first, "PWA_Archive", 2)), "a verification counts, too")
	require.Empty(t, w.events(sql01, "batch", "BACKUP DATABASE [Second_Content]"))
	require.True(t, take(w.counted(first, "PWA_Archive", 0)).Verified, "no limit")
	third := w.counted(second, "Second_Search", 3)
	require.True(t, take(third).Verified)

	w.part("a backup that ends gives its place to another", func(t *testing.T) {
		w.sim.World().Scope(first).Release(sql01, "backup PWA_Draft")
		require.NoError(t, <-draft)
		require.True(t, take(w.counted(second, "Second_Content", 2)).Verified)
	})
	w.part("a session that dies does, too", func(t *testing.T) {
		kill()
		require.Error(t, <-config)
		for k := 1; k <= 2; k++ { // SQL Server notices in its own time
			w.dba(fmt.Sprintf(`EXEC master.sys.sp_getapplock 'farmhand-backup-%d', 'Exclusive', 'Session'`, k))
		}
		require.Empty(t, w.sets("Second_Config"), "and its backup never happened")
	})
}

// sets are the backups of a database on the SQL Server that two farms share.
func (w *twin) sets(database string) (out []sqlserver.BackupSet) {
	w.sim.World().Scope(w.options.Rollout.Farms[0].Name).View(func(tx *world.Tx) {
		out = slices.DeleteFunc(sqlserver.Backups(tx, sql01), func(s sqlserver.BackupSet) bool { return database != "" && s.Database != database })
	})
	return out
}

// TestNoMoreBackupsThanPlaces backs up two farms at once, each asking again while all places are taken, and looks in
// msdb at how many ran together.
func TestNoMoreBackupsThanPlaces(t *testing.T) {
	w := newTwin(t, behindOneSQLServer)
	first := w.options.Rollout.Farms[0].Name
	var all sync.WaitGroup
	for _, database := range []string{"PWA_Draft", "PWA_Archive", "PWA_Published", "PWA_Reporting", "Second_Config", "Second_Content", "Second_Search"} {
		name := first
		if strings.HasPrefix(database, "Second") {
			name = second
		}
		r := w.counted(name, database, 2)
		all.Go(func() {
			for busy := 2; busy > 0 && t.Context().Err() == nil; {
				res, err := try[activities.BackupResult](w, w.acts.BackupDatabase, r)
				if err != nil {
					t.Error(err)
					return
				}
				busy = res.Busy
			}
		})
	}
	all.Wait()
	taken := w.sets("")
	require.Len(t, taken, 7)
	for _, a := range taken {
		together := 0
		for _, b := range taken {
			if !b.Start.After(a.Start) && b.Finish.After(a.Start) {
				together++
			}
		}
		require.LessOrEqual(t, together, 2, "while the backup of %s began", a.Database)
	}
}

// TestASQLServerThatDoesNotCount: the limit spares a SQL Server and makes nothing safe, so a backup does not fail for it.
func TestASQLServerThatDoesNotCount(t *testing.T) {
	denied := "The EXECUTE permission was denied on the object 'sp_getapplock', database 'mssqlsystemresource', schema 'sys'."
	w := newTwin(t, faults(world.Fault{Host: sql01, Step: "sql batch", Kind: "fail", Code: 229, Text: denied, Times: 1}))
	r := do[activities.BackupResult](w, w.acts.BackupDatabase, w.counted("", "PWA_Draft", 1))
	require.True(t, r.Verified)
	require.Equal(t, denied, r.Unlimited)
	r = do[activities.BackupResult](w, w.acts.BackupDatabase, w.counted("", "PWA_Archive", 1))
	require.Empty(t, r.Unlimited)
}
