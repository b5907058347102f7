package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/sqlserver"
	"farmhand/simulator/world"
)

// bak is the request to back a database up, as the workflow makes it.
func (w *twin) bak(database string) activities.BackupRequest {
	w.Helper()
	return activities.BackupRequest{
		SQLTarget: w.sql(), Database: database, File: `E:\Backup\` + database + `_20080722T201500_a1b2c3.bak`,
		Name: "farmhand test", NotBefore: time.Now().Add(-time.Minute),
	}
}

// backups is the history of a database on the simulated SQL Server.
func (w *twin) backups(database string) (out []sqlserver.BackupSet) {
	w.sim.World().View(func(tx *world.Tx) {
		for _, b := range sqlserver.Backups(tx, sql01) {
			if b.Database == database {
				out = append(out, b)
			}
		}
	})
	return out
}

func TestInspectSQLServer(t *testing.T) {
	w := newTwin(t, nil)
	f := do[farm.SQLFacts](w, w.acts.InspectSQLServer, w.sql())
	require.Equal(t, sql01, f.Server)
	require.Equal(t, "9.00.4060.00", f.ProductVersion)
	require.True(t, f.Sysadmin)
	require.True(t, f.BackupDirectory)
	require.Positive(t, f.BackupFreeMB)
	d, ok := f.Database("PWA_Draft")
	require.True(t, ok)
	require.Equal(t, "ONLINE", d.State)
	require.Positive(t, d.SizeMB)
	require.Equal(t, f, do[farm.SQLFacts](w, w.acts.InspectSQLServer, w.sql()))

	w.part("SQL Server 2000", func(t *testing.T) {
		w := newTwin(t, func(o *simulator.Options) {
			o.Twin.SQLServers = []simulator.TwinSQLServer{{Name: sql01, Version: "8.00.2039"}}
		})
		_, err := try[farm.SQLFacts](w, w.acts.InspectSQLServer, w.sql())
		f := w.requireFailure(err, farm.FailureConfig, sql01, false)
		require.Contains(t, f.Message, "this is SQL Server 2000 (8.00.2039)")
		require.Contains(t, f.Advice, "SQL Server 2005 or later")
		require.Empty(t, w.events(sql01, "login", ""), "refused before the password leaves")
		do[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(app01)) // for the journal, which the refusal left empty
	})
	w.part("SQL Server 2008, and an account without rights", func(t *testing.T) {
		w := newTwin(t, func(o *simulator.Options) {
			o.Twin.SQLServers = []simulator.TwinSQLServer{{Name: sql01, Version: "10.0.5500.0", Edition: "Standard Edition (64-bit)", NotSysadmin: []string{setupUser}}}
		})
		f := do[farm.SQLFacts](w, w.acts.InspectSQLServer, w.sql())
		require.Equal(t, "10.0.5500.0", f.ProductVersion)
		require.Equal(t, "Standard Edition (64-bit)", f.Edition)
		require.False(t, f.Sysadmin)
	})
	w.part("a backup folder that is not there", func(t *testing.T) {
		r := w.sql()
		r.Server.Backup.Directory = `E:\Nowhere`
		require.False(t, do[farm.SQLFacts](w, w.acts.InspectSQLServer, r).BackupDirectory)
		r.Server.Backup.Directory = `\\nas\backup`
		require.Equal(t, -1, do[farm.SQLFacts](w, w.acts.InspectSQLServer, r).BackupFreeMB, "a share's room is not known")
	})
	w.part("versions", func(t *testing.T) {
		r := activities.VersionsRequest{SQLTarget: w.sql(), Databases: []string{"PWA_Draft", "WSS_Content_PWA", "msdb"}}
		found := do[[]activities.DatabaseVersion](w, w.acts.DatabaseVersions, r)
		require.Len(t, found, 3)
		require.Equal(t, "12.0.6219.1000", found[0].Raw)
		require.Equal(t, 2, found[0].Rows)
		require.Equal(t, "12.0.6219", found[1].Version.String())
		require.Zero(t, found[2].Rows, "msdb has no VERSIONS table")
		require.True(t, found[2].Version.IsZero())
		r.Databases = []string{"No_Such_Database"}
		_, err := try[[]activities.DatabaseVersion](w, w.acts.DatabaseVersions, r)
		f := w.requireFailure(err, farm.FailureNotFound, sql01, false)
		require.Equal(t, farm.StepVerifyDatabases, f.Step)
	})
}

func TestABackupIsTakenOnce(t *testing.T) {
	w := newTwin(t, nil)
	r := w.bak("PWA_Draft")
	first := do[activities.BackupResult](w, w.acts.BackupDatabase, r)
	require.True(t, first.Verified)
	require.False(t, first.Already)
	again := do[activities.BackupResult](w, w.acts.BackupDatabase, r)
	require.True(t, again.Verified)
	require.True(t, again.Already)
	require.WithinDuration(t, first.Finished, again.Finished, 2*time.Second)
	sets := w.backups("PWA_Draft")
	require.Len(t, sets, 1)
	require.True(t, sets[0].CopyOnly)
	require.True(t, sets[0].Checksum)
	require.NotEmpty(t, w.events(sql01, "batch", "RESTORE VERIFYONLY"))

	w.part("a backup from before users went off is no proof", func(t *testing.T) {
		r.NotBefore = time.Now().Add(time.Hour)
		require.False(t, do[activities.BackupResult](w, w.acts.BackupDatabase, r).Already)
		require.Len(t, w.backups("PWA_Draft"), 2)
	})
	w.part("the chain of the DBA on request", func(t *testing.T) {
		r := w.bak("PWA_Archive")
		r.Server.Backup.CopyOnly = false
		do[activities.BackupResult](w, w.acts.BackupDatabase, r)
		require.False(t, w.backups("PWA_Archive")[0].CopyOnly)
	})
	w.part("its file is damaged afterwards", func(t *testing.T) {
		r := w.bak("PWA_Draft")
		require.NoError(t, w.sim.World().Update(func(tx *world.Tx) error { sqlserver.DamageBackup(tx, sql01, r.File); return nil }))
		_, err := try[activities.BackupResult](w, w.acts.BackupDatabase, r)
		w.requireFailure(err, farm.FailureBackup, sql01, false)
	})
}

func TestABackupThatFails(t *testing.T) {
	at := func(database, kind string) world.Fault {
		return world.Fault{Host: sql01, Step: "backup " + database, Kind: kind}
	}
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Faults = []world.Fault{at("PWA_Draft", "disk-full"), at("PWA_Published", "corrupt"), at("PWA_Archive", "fail")}
		o.Twin.Databases = []simulator.TwinDatabase{{Name: "WSS_Content_PWA", SizeMB: 900_000}}
	})
	for _, tc := range []struct {
		name, database string
		change         func(*activities.BackupRequest)
		kind           farm.FailureKind
	}{
		{"the disk is full", "PWA_Draft", nil, farm.FailureDiskFull},
		{"the disk is too small", "WSS_Content_PWA", nil, farm.FailureDiskFull},
		{"the backup is corrupt", "PWA_Published", nil, farm.FailureBackup},
		{"writing is denied", "PWA_Archive", nil, farm.FailureDenied},
		{"the folder is not there", "PWA_Reporting", func(r *activities.BackupRequest) { r.File = `E:\Nowhere\x.bak` }, farm.FailureNotFound},
		{"the database is not there", "No_Such_Database", nil, farm.FailureNotFound},
	} {
		w.part(tc.name, func(t *testing.T) {
			r := w.bak(tc.database)
			if tc.change != nil {
				tc.change(&r)
			}
			_, err := try[activities.BackupResult](w, w.acts.BackupDatabase, r)
			f := w.requireFailure(err, tc.kind, sql01, false)
			require.Equal(t, farm.StepBackupDatabase, f.Step)
		})
	}
	w.part("a fault that passed", func(t *testing.T) {
		require.True(t, do[activities.BackupResult](w, w.acts.BackupDatabase, w.bak("PWA_Draft")).Verified)
	})
}

func TestSQLServerDoesNotAnswer(t *testing.T) {
	w := newTwin(t, faults(
		world.Fault{Host: sql01, Step: "sql login", Kind: "reset"},
		world.Fault{Host: sql01, Step: "sql batch", Kind: "fail", Code: 17142, Text: "SQL Server has been paused."},
		world.Fault{Host: sql01, Step: "sql batch", Kind: "reset", Skip: 1},
		world.Fault{Host: sql01, Step: "sql batch", Kind: "fail", Code: 1205, Text: "Transaction was deadlocked.", Skip: 2},
		world.Fault{Host: sql01, Step: "sql batch", Kind: "fail", Code: 229, Text: "The permission was denied.", Skip: 3},
	))
	inspect := func() error {
		_, err := try[farm.SQLFacts](w, w.acts.InspectSQLServer, w.sql())
		return err
	}
	w.requireFailure(inspect(), farm.FailureUnreachable, sql01, true)
	w.requireFailure(inspect(), farm.FailureUnreachable, sql01, true)
	w.requireFailure(inspect(), farm.FailureUnreachable, sql01, true)
	w.requireFailure(inspect(), farm.FailureInterrupted, sql01, true)
	w.requireFailure(inspect(), farm.FailureDenied, sql01, false)
	require.NoError(t, inspect())

	w.part("nobody listens", func(*testing.T) {
		r := w.sql()
		r.Server.Address = elsewhere(r.Server.Address)
		_, err := try[farm.SQLFacts](w, w.acts.InspectSQLServer, r)
		w.requireFailure(err, farm.FailureUnreachable, sql01, true)
	})
	w.part("the login is refused once", func(t *testing.T) {
		r := w.sql()
		r.Connect = mistaken()
		for i := range 2 {
			_, err := try[farm.SQLFacts](w, w.acts.InspectSQLServer, r)
			w.requireFailure(err, farm.FailureAuth, sql01, false)
			require.Len(t, w.events(sql01, "auth-failed", ""), i+1)
		}
	})
	w.part("an account without a login", func(*testing.T) {
		r := w.sql()
		r.Connect = guest()
		_, err := try[farm.SQLFacts](w, w.acts.InspectSQLServer, r)
		w.requireFailure(err, farm.FailureAuth, sql01, false)
	})
	w.part("a password that this worker may not read", func(*testing.T) {
		r := w.sql()
		r.Connect.Password = "env:HOME"
		_, err := try[farm.SQLFacts](w, w.acts.InspectSQLServer, r)
		w.requireFailure(err, farm.FailureConfig, sql01, false)
	})
}

// A backup that was cut off is not in the history, so the next run takes it.
func TestABackupIsCutOff(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Dir = t.TempDir()
		o.Twin.Holds = []world.Hold{{Host: sql01, Step: "backup PWA_Draft"}}
	})
	failed, r := make(chan error, 1), w.bak("PWA_Draft")
	go func() {
		_, err := w.run(w.Context(), w.acts.BackupDatabase, r)
		failed <- err
	}()
	w.await(sql01, "held", "PWA_Draft")
	require.NoError(t, w.sim.Close())
	w.requireFailure(<-failed, farm.FailureUnreachable, sql01, true)
	require.Empty(t, w.backups("PWA_Draft"))
	w.start()
	require.False(t, do[activities.BackupResult](w, w.acts.BackupDatabase, w.bak("PWA_Draft")).Already)
	require.Len(t, w.backups("PWA_Draft"), 1)
}
