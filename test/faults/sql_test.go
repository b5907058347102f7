package faults

import (
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
	"farmhand/test/journal"
)

func ofSQL(step, kind string, delay time.Duration) []world.Fault {
	return []world.Fault{{Host: sql01, Step: step, Kind: kind, Delay: delay}}
}

// sqlRetried is a fault that a look at the SQL Server recovers from, after a failure of that kind.
func sqlRetried(id string, kind farm.FailureKind, faults []world.Fault) row {
	return row{id: id, faults: faults, run: func(s *scene) { s.recovers(s.look(), sql01, kind, nil) }}
}

// sqlAsked is a fault that ends a look in a failure for people.
func sqlAsked(id string, kind farm.FailureKind, faults []world.Fault, words ...string) row {
	return row{id: id, faults: faults, run: func(s *scene) { s.asks(s.look(), sql01, kind, words...) }}
}

// backupAsked is a fault that ends a backup in a failure for people.
func backupAsked(id string, kind farm.FailureKind, faults []world.Fault, words ...string) row {
	return row{id: id, faults: faults, run: func(s *scene) {
		s.asks(s.backup(draft), sql01, kind, words...)
	}}
}

// ofSQLServers are the faults of TDS and of SQL Server (wire.md 4).
func ofSQLServers() []row {
	step := "backup " + draft
	return []row{
		sqlRetried("sql-reset", farm.FailureUnreachable, ofSQL("sql connect", "reset", 0)),
		sqlRetried("sql-reset-midway", farm.FailureUnreachable, ofSQL("sql batch", "reset", 0)),
		{id: "sql-lost-answer", faults: []world.Fault{{Host: sql01, Step: "sql batch", Kind: "reset-after", Skip: 4}}, run: func(s *scene) {
			var taken activities.BackupResult
			s.recovers(s.backup(draft), sql01, farm.FailureUnreachable, &taken)
			require.True(s, taken.Already)
			require.True(s, taken.Verified)
			s.times(1, sql01, "batch", "BACKUP DATABASE")
		}},
		{id: "sql-frozen", faults: ofSQL("sql login", "freeze", 0), run: func(s *scene) { s.outlasts(s.look(), nil) }},
		{id: "sql-frozen-midway", faults: ofSQL("sql batch", "freeze", 0), run: func(s *scene) { s.outlasts(s.look(), nil) }},
		sqlRetried("sql-slow", "", ofSQL("sql batch", "slow", 5*time.Minute)),
		{id: "sql-login-refused", faults: always(coded(18456, ofSQL("sql login", "fail", 0))), run: func(s *scene) {
			s.asks(s.look(), sql01, farm.FailureAuth, `CONTOSO\sp-setup`, "may be locked")
			s.times(1, sql01, "struck", "sql login") // a second try counts towards a lockout
		}},
		sqlAsked("sql-locked-out", farm.FailureAuth, coded(18486, ofSQL("sql login", "fail", 0)), "ask the DBA to unlock"),
		sqlRetried("sql-paused", farm.FailureUnreachable, coded(17142, ofSQL("sql login", "fail", 0))),
		sqlAsked("sql-no-database", farm.FailureDenied, coded(4060, ofSQL("sql login", "fail", 0)), "check the name of the database"),
		sqlRetried("sql-deadlock", farm.FailureInterrupted, coded(1205, ofSQL("sql batch", "fail", 0))),
		sqlAsked("sql-log-full", farm.FailureDiskFull, coded(9002, ofSQL("sql batch", "fail", 0)), "transaction log is full"),
		{id: "sql-down", faults: ofSQL("sql connect", "down", 10*time.Minute), run: func(s *scene) {
			s.recovers(s.look(), sql01, farm.FailureUnreachable, nil)
			s.times(1, sql01, "service-stopped", "MSSQLSERVER")
			s.times(1, sql01, "service-started", "MSSQLSERVER")
		}},
		sqlAsked("sql-down-for-good", farm.FailureUnreachable, ofSQL("sql login", "down", 0), "SQL Server service runs"),
		{id: "sql-restart-mid-backup", faults: ofSQL(step, "down", 10*time.Minute), run: func(s *scene) {
			var taken activities.BackupResult
			s.recovers(s.backup(draft), sql01, farm.FailureUnreachable, &taken)
			require.False(s, taken.Already, "the first never ended")
			require.True(s, taken.Verified)
			s.times(2, sql01, "batch", "BACKUP DATABASE")
		}},
		{
			id: "sql-failover-mid-backup", faults: ofSQL(step, "failover", 0),
			twin: func(t *simulator.Twin) { t.Databases = []simulator.TwinDatabase{{Name: draft, Mirrored: true}} },
			run: func(s *scene) {
				s.asks(s.backup(draft), sql01, farm.FailureBackup, "fail back")
				require.Empty(s, journal.Find(s.events(), "SQL02", "batch", "BACKUP"), "nothing is taken from a server nobody named")
			},
		},
		backupAsked("backup-disk-full", farm.FailureDiskFull, ofSQL(step, "disk-full", 0), "make room on the backup disk"),
		backupAsked("backup-fail", farm.FailureDenied, ofSQL(step, "fail", 0), "write access to the backup folder"),
		backupAsked("backup-corrupt", farm.FailureBackup, ofSQL(step, "corrupt", 0), "take the backup again"),
		{id: "backup-slow", faults: ofSQL(step, "slow", time.Hour), run: func(s *scene) {
			s.recovers(s.backup(draft), sql01, "", nil)
			s.times(1, sql01, "batch", "BACKUP DATABASE")
		}},
	}
}
