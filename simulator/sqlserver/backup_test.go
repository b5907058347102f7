package sqlserver_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/golang-sql/sqlexp"
	"github.com/stretchr/testify/require"

	"farmhand/simulator/sqlserver"
	"farmhand/simulator/world"
)

// messages runs a statement and gives the numbers of the messages it sent, and its error.
func messages(t *testing.T, db *sql.DB, statement string, args ...any) (notices []string, failure error) {
	t.Helper()
	live := &sqlexp.ReturnMessage{}
	r, err := db.QueryContext(t.Context(), statement, append([]any{live}, args...)...)
	require.NoError(t, err)
	defer r.Close()
	for {
		switch m := live.Message(t.Context()).(type) {
		case sqlexp.MsgNotice:
			notices = append(notices, m.Message.String())
		case sqlexp.MsgError:
			failure = errors.Join(failure, m.Error)
		case sqlexp.MsgNext:
			for r.Next() {
			}
		case sqlexp.MsgNextResultSet:
			if !r.NextResultSet() {
				return notices, failure
			}
		}
	}
}

const toDisk = `BACKUP DATABASE [PWA_Draft] TO DISK = N'E:\Backup\PWA_Draft.bak' WITH INIT, CHECKSUM, COPY_ONLY, NAME = N'before the update', STATS = 25`

func TestBackupTellsItsProgressAndLeavesFileAndHistory(t *testing.T) {
	tw := start(t, world.Options{}, state())
	for range 2 { // the second overwrites the first
		notices, err := messages(t, tw.DB, toDisk)
		require.NoError(t, err)
		require.Equal(t, []string{
			"25 percent processed.", "50 percent processed.", "75 percent processed.",
			"Processed 102400 pages for database 'PWA_Draft', file 'PWA_Draft' on file 1.",
			"100 percent processed.",
			"Processed 1 pages for database 'PWA_Draft', file 'PWA_Draft_log' on file 1.",
			"BACKUP DATABASE successfully processed 102401 pages in 10.300 seconds (77.671 MB/sec).",
		}, notices)
	}
	_, got := rows(t, tw, `SELECT s.database_name, s.type, s.is_copy_only, s.has_backup_checksums, s.is_damaged, s.position, s.name, s.user_name, m.physical_device_name, CAST(s.backup_size AS bigint)
		FROM msdb.dbo.backupset AS s INNER JOIN msdb.dbo.backupmediafamily AS m ON m.media_set_id = s.media_set_id
		WHERE s.database_name = @p1 AND s.backup_finish_date >= @p2 ORDER BY s.backup_finish_date DESC`, "PWA_Draft", time.Now().Add(-time.Hour))
	want := []any{"PWA_Draft", "D", true, true, false, int64(1), "before the update", setup, `E:\Backup\PWA_Draft.bak`, int64(800 << 20)}
	require.Equal(t, [][]any{want, want}, got)
	_, got = rows(t, tw, `xp_fixeddrives`)
	require.Equal(t, [][]any{{"C", int64(5000)}, {"E", int64(1200)}}, got)
	_, got = rows(t, tw, `EXEC master.dbo.xp_fileexist N'E:\Backup\PWA_Draft.bak'`)
	require.Equal(t, [][]any{{int64(1), int64(0), int64(1)}}, got)
	_, got = rows(t, tw, `SELECT * FROM sys.dm_exec_requests WHERE command LIKE 'BACKUP%'`)
	require.Empty(t, got)

	notices, err := messages(t, tw.DB, `RESTORE VERIFYONLY FROM DISK = @path WITH FILE = 1, CHECKSUM`, sql.Named("path", `E:\Backup\PWA_Draft.bak`))
	require.NoError(t, err)
	require.Equal(t, []string{"The backup set on file 1 is valid."}, notices)
	_, got = rows(t, tw, `RESTORE HEADERONLY FROM DISK = 'e:\backup\pwa_draft.bak'`)
	require.Equal(t, "before the update", got[0][0])
	_, got = rows(t, tw, `RESTORE FILELISTONLY FROM DISK = 'e:\backup\pwa_draft.bak'`)
	require.Len(t, got, 2)
}

func TestBackupWithoutInitAppends(t *testing.T) {
	tw := start(t, world.Options{}, state())
	for range 2 {
		_, err := messages(t, tw.DB, `BACKUP DATABASE PWA_Draft TO DISK = 'E:\base.bak'`) // a differential wants one
		require.NoError(t, err)
		notices, err := messages(t, tw.DB, `BACKUP DATABASE @db TO DISK = @path WITH DIFFERENTIAL`, sql.Named("db", "PWA_Draft"), sql.Named("path", `E:\x.bak`))
		require.NoError(t, err)
		require.Len(t, notices, 3, "no progress without STATS")
	}
	for statement, want := range map[string]int32{
		`RESTORE VERIFYONLY FROM DISK = 'E:\x.bak' WITH FILE = 2`:           0,
		`RESTORE VERIFYONLY FROM DISK = 'E:\x.bak' WITH FILE = 3`:           4038,
		`RESTORE VERIFYONLY FROM DISK = 'E:\x.bak' WITH FILE = 2, CHECKSUM`: 3187,
	} {
		notices, err := messages(t, tw.DB, statement)
		if want == 0 {
			require.NoError(t, err)
			require.Equal(t, []string{"The backup set on file 2 is valid."}, notices)
			continue
		}
		require.Equal(t, []int32{want, 3013}, numbers(t, err), statement)
	}
}

func TestBackupAndVerifyErrors(t *testing.T) {
	s := state()
	s.Drives = append(s.Drives, sqlserver.Drive{Letter: "F", FreeMB: 100})
	s.Files = []sqlserver.BackupFile{
		{Path: `E:\Backup\rotten.bak`, Damaged: true},
		{Path: `E:\Backup\changed.bak`, Sets: []sqlserver.BackupSet{{Database: "PWA_Draft", Position: 1, Checksum: true, ChecksumBad: true}}},
	}
	tw := start(t, world.Options{}, s)
	reader := tw.connect(t, "reader", "")
	for _, c := range []struct {
		db        *sql.DB
		statement string
		want      []int32
	}{
		{tw.DB, `BACKUP DATABASE nowhere TO DISK = 'E:\Backup\x.bak'`, []int32{911, 3013}},
		{tw.DB, `BACKUP DATABASE tempdb TO DISK = 'E:\Backup\x.bak'`, []int32{3147, 3013}},
		{tw.DB, `BACKUP DATABASE PWA_Draft TO DISK = 'E:\Nowhere\x.bak'`, []int32{3201, 3013}},
		{tw.DB, `BACKUP DATABASE PWA_Draft TO DISK = '\\NAS\Share\x.bak'`, []int32{3201, 3013}},
		{tw.DB, `BACKUP DATABASE PWA_Draft TO DISK = 'F:\x.bak'`, []int32{3202, 3013}},
		{reader, `BACKUP DATABASE master TO DISK = 'E:\x.bak'`, []int32{262, 3013}},
		{reader, `BACKUP DATABASE SharePoint_Config TO DISK = 'E:\x.bak'`, []int32{916, 3013}},
		{tw.DB, `RESTORE VERIFYONLY FROM DISK = 'E:\Backup\missing.bak'`, []int32{3201, 3013}},
		{tw.DB, `RESTORE VERIFYONLY FROM DISK = 'G:\missing.bak'`, []int32{3201, 3013}},
		{tw.DB, `RESTORE VERIFYONLY FROM DISK = 'E:\Backup\rotten.bak'`, []int32{3203, 3013}},
		{tw.DB, `RESTORE VERIFYONLY FROM DISK = 'E:\Backup\changed.bak'`, []int32{3189, 3013}},
		{reader, `EXEC xp_create_subdir 'E:\New'`, []int32{229}},
		{tw.DB, `EXEC xp_create_subdir 'G:\New'`, []int32{22048}},
	} {
		_, err := messages(t, c.db, c.statement)
		require.Equal(t, c.want, numbers(t, err), c.statement)
	}
	tw.world.View(func(tx *world.Tx) { require.Empty(t, sqlserver.Backups(tx, "SQL01")) })
	_, err := tw.Exec(`EXEC master.dbo.xp_create_subdir N'F:\a\b'`)
	require.NoError(t, err)
	_, got := rows(t, tw, `master.dbo.xp_fileexist`, `F:\a\b`)
	require.Equal(t, [][]any{{int64(0), int64(1), int64(1)}}, got)
	_, err = messages(t, reader, `BACKUP DATABASE PWA_Draft TO DISK = 'E:\mine.bak'`)
	require.NoError(t, err, "an owner may back up")
}

// held starts a backup in a world that holds it half way, and returns once it is there.
func held(ctx context.Context, t *testing.T, o world.Options) (tw *twin, result chan error) {
	t.Helper()
	o.Holds = []world.Hold{{Host: "SQL01", Step: "backup PWA_Draft"}}
	tw = start(t, o, state())
	result = make(chan error, 1)
	go func() {
		_, err := tw.ExecContext(ctx, toDisk)
		result <- err
	}()
	for seen := int64(0); ; {
		events, more := tw.world.Events(seen)
		for _, e := range events {
			if e.Event == "held" {
				return tw, result
			}
			seen = e.Seq
		}
		<-more
	}
}

func TestBackupsOfOneDatabaseAreSerialized(t *testing.T) {
	tw, result := held(t.Context(), t, world.Options{})
	second := tw.connect(t, setup, "")
	_, err := messages(t, second, toDisk)
	require.Equal(t, []int32{3023, 3013}, numbers(t, err))
	_, got := rows(t, second, `SELECT command, status FROM sys.dm_exec_requests WHERE percent_complete > 0 AND percent_complete < 100`)
	require.Equal(t, [][]any{{"BACKUP DATABASE", "suspended"}}, got)
	_, err = messages(t, second, `BACKUP DATABASE SharePoint_Config TO DISK = 'E:\Backup\Config.bak'`)
	require.NoError(t, err)
	tw.world.Release("SQL01", "backup PWA_Draft")
	require.NoError(t, <-result)
	_, err = messages(t, second, toDisk)
	require.NoError(t, err)
}

func TestCancelledBackupNeverHappened(t *testing.T) {
	for name, stop := range map[string]func(*twin, context.CancelFunc){
		"attention": func(_ *twin, cancel context.CancelFunc) { cancel() },
		"shutdown":  func(tw *twin, _ context.CancelFunc) { tw.server.Close() },
		"suspend":   func(tw *twin, _ context.CancelFunc) { _ = tw.world.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			dir := t.TempDir()
			tw, result := held(ctx, t, world.Options{Dir: dir})
			stop(tw, cancel)
			require.Error(t, <-result)
			tw.server.Close()
			require.NoError(t, tw.world.Close())

			again := start(t, world.Options{Dir: dir}, state())
			_, got := rows(t, again, `EXEC xp_fileexist 'E:\Backup\PWA_Draft.bak'`)
			require.Equal(t, [][]any{{int64(0), int64(0), int64(1)}}, got)
			_, got = rows(t, again, `SELECT COUNT(*) FROM msdb.dbo.backupset`)
			require.Equal(t, [][]any{{int64(0)}}, got)
			_, err := again.Exec(toDisk)
			require.NoError(t, err)
		})
	}
}

func TestNamedFaultsStrikeBackups(t *testing.T) {
	for kind, want := range map[string][]int32{"disk-full": {3202, 3013}, "fail": {3202, 3013}, "slow": nil, "corrupt": nil} {
		t.Run(kind, func(t *testing.T) {
			tw := start(t, world.Options{Faults: []world.Fault{{Host: "SQL01", Step: "backup PWA_Draft", Kind: kind, Delay: time.Second}}}, state())
			_, err := messages(t, tw.DB, toDisk)
			if want != nil {
				require.Equal(t, want, numbers(t, err))
				_, err = messages(t, tw.DB, toDisk)
			}
			require.NoError(t, err)
			_, err = messages(t, tw.DB, `RESTORE VERIFYONLY FROM DISK = 'E:\Backup\PWA_Draft.bak'`)
			if kind == "corrupt" {
				require.Equal(t, []int32{3203, 3013}, numbers(t, err))
			} else {
				require.NoError(t, err)
			}
		})
	}
}

func TestDamagedBackupIsFound(t *testing.T) {
	tw := start(t, world.Options{}, state())
	_, err := messages(t, tw.DB, toDisk)
	require.NoError(t, err)
	require.NoError(t, tw.world.Update(func(tx *world.Tx) error {
		sqlserver.DamageBackup(tx, "SQL01", `e:\backup\PWA_DRAFT.bak`)
		return nil
	}))
	_, err = messages(t, tw.DB, `RESTORE VERIFYONLY FROM DISK = 'E:\Backup\PWA_Draft.bak'`)
	require.Equal(t, []int32{3203, 3013}, numbers(t, err))
}
