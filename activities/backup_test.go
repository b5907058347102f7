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

// proof is the request to prove a backup of somebody else's.
func (w *twin) proof(database string, since time.Time) activities.BackupRequest {
	w.Helper()
	r := activities.BackupRequest{SQLTarget: w.sql(), Database: database, NotBefore: since}
	r.Server.Backup = farm.Backup{Mode: farm.BackupProve}
	return r
}

// dba runs a statement on the simulated SQL Server as its administrator does.
func (w *twin) dba(statement string) {
	w.Helper()
	server, _ := w.options.Rollout.Farms[0].SQLServer(sql01)
	require.NoError(w, runSQL(w.Context(), server, setupUser, w.secretOf(setupVariable), statement))
}

// differs is the request to take a differential backup of a database.
func (w *twin) differs(database string) activities.BackupRequest {
	w.Helper()
	r := w.bak(database)
	r.File = `E:\Backup\` + database + `.dif.bak`
	r.Server.Backup.Mode = farm.BackupDifferential
	return r
}

func TestADifferentialNamesItsBase(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Databases = []simulator.TwinDatabase{{Name: "PWA_Draft", FullBackup: 26 * time.Hour}}
	})
	f := do[farm.SQLFacts](w, w.acts.InspectSQLServer, w.differs("PWA_Draft").SQLTarget)
	draft, _ := f.Database("PWA_Draft")
	require.NotNil(t, draft.Base, "preflight sees it")
	archive, _ := f.Database("PWA_Archive")
	require.Nil(t, archive.Base)

	first := do[activities.BackupResult](w, w.acts.BackupDatabase, w.differs("PWA_Draft"))
	require.True(t, first.Verified)
	require.Len(t, first.Sets, 2)
	require.Equal(t, farm.SetFull, first.Sets[0].Kind)
	require.Equal(t, draft.Base.Files, first.Sets[0].Files)
	require.True(t, first.Sets[0].Verified)
	require.Equal(t, farm.SetDifferential, first.Sets[1].Kind)
	require.True(t, do[activities.BackupResult](w, w.acts.BackupDatabase, w.differs("PWA_Draft")).Already)

	w.part("somebody else's full backup is the base from then on", func(t *testing.T) {
		w.dba(`BACKUP DATABASE PWA_Draft TO DISK = 'E:\Backup\surprise.bak' WITH CHECKSUM`)
		r := w.differs("PWA_Draft")
		r.File = `E:\Backup\second.dif.bak`
		require.Equal(t, []string{`E:\Backup\surprise.bak`}, do[activities.BackupResult](w, w.acts.BackupDatabase, r).Sets[0].Files)
	})
	w.part("a copy-only backup is no base", func(t *testing.T) {
		w.dba(`BACKUP DATABASE PWA_Draft TO DISK = 'E:\Backup\copy.bak' WITH COPY_ONLY`)
		r := w.differs("PWA_Draft")
		r.File = `E:\Backup\third.dif.bak`
		require.Equal(t, []string{`E:\Backup\surprise.bak`}, do[activities.BackupResult](w, w.acts.BackupDatabase, r).Sets[0].Files)
	})
	w.part("no base", func(t *testing.T) {
		_, err := try[activities.BackupResult](w, w.acts.BackupDatabase, w.differs("PWA_Archive"))
		require.Contains(t, w.requireFailure(err, farm.FailureBackup, sql01, false).Advice, "full backup")
	})
	w.part("a base that cannot be read makes the differential worthless", func(t *testing.T) {
		require.NoError(t, w.sim.World().Update(func(tx *world.Tx) error { sqlserver.DamageBackup(tx, sql01, `E:\Backup\surprise.bak`); return nil }))
		_, err := try[activities.BackupResult](w, w.acts.BackupDatabase, w.differs("PWA_Draft"))
		require.NoError(t, err, "its base is the nightly one")
		r := w.differs("PWA_Draft")
		r.File = `E:\Backup\second.dif.bak`
		_, err = try[activities.BackupResult](w, w.acts.BackupDatabase, r)
		w.requireFailure(err, farm.FailureBackup, sql01, false)
	})
}

func TestABackupOfSomebodyElseIsProven(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Databases = []simulator.TwinDatabase{{Name: "PWA_Draft", FullBackup: 26 * time.Hour}}
	})
	off := time.Now()
	_, err := try[activities.BackupResult](w, w.acts.ProveBackup, w.proof("PWA_Draft", off))
	require.Contains(t, w.requireFailure(err, farm.FailureNotProven, sql01, false).Message, "the newest full one is of")
	_, err = try[activities.BackupResult](w, w.acts.ProveBackup, w.proof("PWA_Archive", off))
	w.requireFailure(err, farm.FailureNotProven, sql01, false)

	since := off.Add(-time.Minute) // msdb writes whole seconds of a clock of its own
	w.dba(`BACKUP DATABASE PWA_Draft TO DISK = 'E:\Backup\a.bak', DISK = 'E:\Backup\b.bak' WITH CHECKSUM`)
	r := do[activities.BackupResult](w, w.acts.ProveBackup, w.proof("PWA_Draft", since))
	require.True(t, r.Verified)
	require.Equal(t, []string{`E:\Backup\a.bak`, `E:\Backup\b.bak`}, r.Sets[0].Files)
	require.NotNil(t, r.Earlier)
	require.NotEqual(t, r.Sets[0].Files, r.Earlier.Files)
	require.Equal(t, setupUser, r.Sets[0].By)
	require.Empty(t, w.events(sql01, "batch", "BACKUP DATABASE [PWA_Draft]"), "farmhand wrote none")

	w.part("without checksums it is still read", func(t *testing.T) {
		w.dba(`BACKUP DATABASE PWA_Archive TO DISK = 'E:\Backup\plain.bak'`)
		r := do[activities.BackupResult](w, w.acts.ProveBackup, w.proof("PWA_Archive", since))
		require.True(t, r.Verified)
		require.False(t, r.Sets[0].Checksums)
	})
	w.part("a differential and its base", func(t *testing.T) {
		w.dba(`BACKUP DATABASE PWA_Archive TO DISK = 'E:\Backup\plain.dif.bak' WITH DIFFERENTIAL`)
		require.Len(t, do[activities.BackupResult](w, w.acts.ProveBackup, w.proof("PWA_Archive", since)).Sets, 2)
	})
	w.part("moved away: it counts, and is not verified", func(t *testing.T) {
		w.dba(`BACKUP DATABASE PWA_Reporting TO DISK = 'E:\Backup\moved.bak'`)
		require.NoError(t, w.sim.World().Update(func(tx *world.Tx) error { sqlserver.RemoveBackup(tx, sql01, `E:\Backup\moved.bak`); return nil }))
		r := do[activities.BackupResult](w, w.acts.ProveBackup, w.proof("PWA_Reporting", since))
		require.False(t, r.Verified)
		require.Contains(t, r.Sets[0].Note, "not verified")
	})
	w.part("damaged: it does not", func(t *testing.T) {
		w.dba(`BACKUP DATABASE PWA_Published TO DISK = 'E:\Backup\rotten.bak'`)
		require.NoError(t, w.sim.World().Update(func(tx *world.Tx) error { sqlserver.DamageBackup(tx, sql01, `E:\Backup\rotten.bak`); return nil }))
		_, err := try[activities.BackupResult](w, w.acts.ProveBackup, w.proof("PWA_Published", since))
		w.requireFailure(err, farm.FailureBackup, sql01, false)
	})
}

func TestRoomForBackups(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.SQLServers = []simulator.TwinSQLServer{{Name: sql01, FreeMB: 3000}}
	})
	r := activities.BackupRoomRequest{SQLTarget: w.sql(), Databases: []string{"PWA_Draft", "pwa_published"}}
	do[none](w, w.acts.CheckBackupRoom, r)
	r.Databases = append(r.Databases, "PWA_Archive")
	_, err := try[none](w, w.acts.CheckBackupRoom, r)
	require.Regexp(t, `3000 MB free, and the 3 databases to back up are \d+ MB`, w.requireFailure(err, farm.FailureDiskFull, sql01, false).Message)
	r.Server.Backup.Directory = `\\nas\backup`
	do[none](w, w.acts.CheckBackupRoom, r) // a share cannot be measured
}

func TestMirroredDatabases(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		q := &o.Rollout.Farms[0].SQLServers[0]
		q.Mirroring, q.Mirror = farm.MirroringPause, farm.Mirror{Name: "SQL02", Address: elsewhere(q.Address), Port: 1433}
		o.Twin.Databases = []simulator.TwinDatabase{{Name: "PWA_Draft", Mirrored: true}, {Name: "PWA_Published", Mirrored: true}}
	})
	require.Len(t, do[farm.SQLFacts](w, w.acts.InspectSQLServer, w.sql()).Mirrors, 2)
	r := activities.MirrorRequest{SQLTarget: w.sql(), Databases: []string{"PWA_Draft", "PWA_Archive"}}
	states := func() []farm.MirrorState { return do[[]farm.MirrorState](w, w.acts.ReadMirrors, r) }
	require.Len(t, states(), 1)
	for range 2 { // an activity may run twice
		do[[]farm.MirrorState](w, w.acts.PauseMirroring, r)
		require.Equal(t, farm.MirrorSuspended, states()[0].State)
	}
	require.Len(t, w.events(sql01, "batch", "SET PARTNER SUSPEND"), 1)
	for range 2 {
		do[[]farm.MirrorState](w, w.acts.ResumeMirroring, r)
		require.Equal(t, "SYNCHRONIZED", states()[0].State)
	}
	require.Len(t, w.events(sql01, "batch", "SET PARTNER RESUME"), 1)
	do[[]farm.MirrorState](w, w.acts.ProvePrincipal, r)

	w.part("failed over", func(t *testing.T) {
		w.dba("ALTER DATABASE PWA_Draft SET PARTNER FAILOVER")
		_, err := try[[]farm.MirrorState](w, w.acts.ProvePrincipal, r)
		f := w.requireFailure(err, farm.FailureNotPrincipal, sql01, false)
		require.Contains(t, f.Message, "SQL01 is MIRROR of the mirrored database PWA_Draft")
		require.Contains(t, f.Message, "on SQL02 it is PRINCIPAL")
		_, err = try[[]farm.MirrorState](w, w.acts.PauseMirroring, r)
		w.requireFailure(err, farm.FailureNotPrincipal, sql01, false)
		_, err = try[activities.BackupResult](w, w.acts.BackupDatabase, w.bak("PWA_Draft"))
		w.requireFailure(err, farm.FailureBackup, sql01, false)
	})
}
