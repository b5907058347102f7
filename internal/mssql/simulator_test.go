package mssql

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/sqlserver"
	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

// twin starts a simulated SQL Server 2005 with the databases of a small farm.
func twin(t *testing.T, faults ...world.Fault) (*Server, *world.World) {
	t.Helper()
	w, _, err := world.Open(world.Options{Pace: 100000, Faults: faults})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	stamp := time.Date(2008, 7, 15, 22, 10, 0, 0, time.UTC)
	require.NoError(t, w.Update(func(tx *world.Tx) error {
		sqlserver.Seed(tx, "SQL01", sqlserver.State{
			ProductVersion: "9.00.4060.00",
			Databases: []sqlserver.Database{
				{Name: "SharePoint_Config", SizeMB: 64, Versions: []sqlserver.VersionRow{
					{VersionID: coreComponent, Version: "12.0.0.6219", UserName: `CONTOSO\sp-setup`, TimeStamp: stamp.AddDate(0, -6, 0), Finalize: &stamp},
					{VersionID: coreComponent, Version: "12.0.0.6318", UserName: `CONTOSO\sp-setup`, TimeStamp: stamp, Finalize: &stamp},
					{VersionID: otherComponent, Version: "12.0.0.10000", UserName: `CONTOSO\sp-setup`, TimeStamp: stamp, Finalize: &stamp},
				}},
				{Name: "PWA]Published", SizeMB: 2048, ProjectServer: true, Versions: []sqlserver.VersionRow{
					{VersionID: coreComponent, Version: "12.0.6318.5000", TimeStamp: stamp},
				}},
				{Name: "Payroll", SizeMB: 10},
				{Name: "Archive2003", SizeMB: 10, State: "OFFLINE", RecoveryModel: "SIMPLE", ReadOnly: true},
			},
			Logins:  []sqlserver.Login{{Name: `CONTOSO\svc`, ServerRoles: []string{"sysadmin"}}},
			Drives:  []sqlserver.Drive{{Letter: "C", FreeMB: 9000}, {Letter: "E", FreeMB: 20480}, {Letter: "F", FreeMB: 1}},
			Folders: []string{`E:\Backup`, `F:\Full`},
		})
		return nil
	}))
	instance := sqlserver.New("SQL01", w, func(domain, user string) (string, bool) {
		return password, strings.EqualFold(domain+`\`+user, `CONTOSO\svc`)
	})
	return open(t, serve(t, tds.Options{ProductVersion: instance.Version(), Fault: instance.Fault}, instance)), w
}

func TestIdentify(t *testing.T) {
	s, _ := twin(t)
	id, err := s.Identify(t.Context())
	require.NoError(t, err)
	require.Equal(t, "SQL01", id.Name)
	require.Equal(t, "9.00.4060.00", id.ProductVersion)
	require.Equal(t, "2005", id.Product)
	require.Equal(t, farm.Version{Major: 9, Build: 4060}, id.Version)
	require.Equal(t, `CONTOSO\svc`, id.Login)
	require.True(t, id.Sysadmin)
	require.False(t, id.Clock.IsZero())
	require.Equal(t, time.UTC, id.Clock.Location())
}

func TestDatabases(t *testing.T) {
	s, _ := twin(t)
	all, err := s.Databases(t.Context())
	require.NoError(t, err)
	byName := map[string]Database{}
	for _, d := range all {
		byName[d.Name] = d
	}
	require.Len(t, byName, 8, "four of the farm, four of the system")
	published := byName["PWA]Published"]
	require.True(t, published.Online())
	require.EqualValues(t, 2048, published.DataMB)
	require.Greater(t, published.SizeMB, published.DataMB, "the log counts too")
	require.Equal(t, "FULL", published.RecoveryModel)
	archive := byName["Archive2003"]
	require.False(t, archive.Online())
	require.True(t, archive.ReadOnly)
	require.Equal(t, "SIMPLE", archive.RecoveryModel)
}

func TestVersions(t *testing.T) {
	s, _ := twin(t)
	rows, err := s.Versions(t.Context(), "SharePoint_Config")
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.True(t, Highest(rows).AtLeast(farm.MustParseVersion("12.0.6318.5000")))
	require.Equal(t, "12.0.0.6219", rows[0].Text)
	require.Equal(t, coreComponent, rows[0].Component)
	require.Equal(t, `CONTOSO\sp-setup`, rows[0].UserName)
	require.Equal(t, time.Date(2008, 7, 15, 22, 10, 0, 0, time.UTC), rows[1].TimeStamp)

	rows, err = s.Versions(t.Context(), "PWA]Published")
	require.NoError(t, err)
	require.Equal(t, "12.0.6318.5000", Highest(rows).String())

	_, err = s.Versions(t.Context(), "Payroll")
	require.ErrorIs(t, err, ErrNoVersions)
	requireKind(t, KindNotFound, err)
	_, err = s.Versions(t.Context(), "Nowhere")
	requireKind(t, KindNotFound, err)
	require.NotErrorIs(t, err, ErrNoVersions)
}

func TestQuery(t *testing.T) {
	s, _ := twin(t)
	rows, err := s.Query(t.Context(), "look for a database", "SELECT name, is_read_only FROM sys.databases WHERE name = @p1", "Archive2003")
	require.NoError(t, err)
	require.Equal(t, [][]Field{{{Name: "name", Value: "Archive2003"}, {Name: "is_read_only", Value: "1"}}}, rows)
	_, err = s.Query(t.Context(), "read a table that is not there", "SELECT * FROM Nothing")
	e := requireKind(t, KindNotFound, err)
	require.EqualValues(t, 208, e.Number)
}

func TestBackupVerifyAndHistory(t *testing.T) {
	s, _ := twin(t)
	began := time.Now().Add(-time.Second)
	r := BackupRequest{Database: "PWA]Published", File: `E:\Backup\PWA Published.bak`, CopyOnly: true, Name: "CHG0041877"}
	there, err := s.FileExists(t.Context(), r.File)
	require.NoError(t, err)
	require.False(t, there)

	var percents []int
	result, err := s.Backup(t.Context(), r, func(p int) { percents = append(percents, p) })
	require.NoError(t, err)
	require.NotEmpty(t, result.Summary)
	require.IsIncreasing(t, percents)
	require.Equal(t, 100, percents[len(percents)-1])

	there, err = s.FileExists(t.Context(), r.File)
	require.NoError(t, err)
	require.True(t, there)
	require.NoError(t, s.Verify(t.Context(), one(r.File)))

	sets, err := s.Backups(t.Context(), r.Database, began)
	require.NoError(t, err)
	require.Len(t, sets, 1)
	require.Equal(t, r.File, sets[0].File())
	require.True(t, sets[0].CopyOnly)
	require.True(t, sets[0].HasChecksums)
	require.Equal(t, 1, sets[0].Position)
	require.Positive(t, sets[0].Bytes)
	require.False(t, sets[0].Started.Before(began.Truncate(time.Second)))
	sets, err = s.Backups(t.Context(), r.Database, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Empty(t, sets)
	sets, err = s.Backups(t.Context(), "SharePoint_Config", began)
	require.NoError(t, err)
	require.Empty(t, sets)
}

func TestBackupRefusals(t *testing.T) {
	s, _ := twin(t)
	for name, tt := range map[string]struct {
		database, file string
		want           Kind
	}{
		"no such database": {"Nowhere", `E:\Backup\x.bak`, KindNotFound},
		"no such folder":   {"Payroll", `E:\Missing\x.bak`, KindNotFound},
		"a full disk":      {"PWA]Published", `F:\Full\x.bak`, KindDiskFull},
		"offline":          {"Archive2003", `E:\Backup\x.bak`, KindBackupFailed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Backup(t.Context(), BackupRequest{Database: tt.database, File: tt.file}, nil)
			requireKind(t, tt.want, err)
		})
	}
	requireKind(t, KindNotFound, s.Verify(t.Context(), one(`E:\Backup\missing.bak`)))
}

func TestVerifyFindsADamagedFile(t *testing.T) {
	s, w := twin(t)
	r := BackupRequest{Database: "Payroll", File: `E:\Backup\Payroll.bak`}
	_, err := s.Backup(t.Context(), r, nil)
	require.NoError(t, err)
	require.NoError(t, w.Update(func(tx *world.Tx) error {
		sqlserver.DamageBackup(tx, "SQL01", r.File)
		return nil
	}))
	requireKind(t, KindVerifyFailed, s.Verify(t.Context(), one(r.File)))
}

func TestCancelledBackupLeavesNoHistory(t *testing.T) {
	s, _ := twin(t, world.Fault{Host: "SQL01", Step: "backup SharePoint_Config", Kind: "slow", Delay: time.Hour})
	r := BackupRequest{Database: "SharePoint_Config", File: `E:\Backup\config.bak`}
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("the operator aborted")
	_, err := s.Backup(ctx, r, func(int) { cancel(stopped) })
	requireKind(t, KindCancelled, err)
	require.ErrorIs(t, err, stopped)
	sets, err := s.Backups(t.Context(), r.Database, time.Time{})
	require.NoError(t, err)
	require.Empty(t, sets)
	there, err := s.FileExists(t.Context(), r.File)
	require.NoError(t, err)
	require.False(t, there)
}

func TestFiles(t *testing.T) {
	s, _ := twin(t)
	free, err := s.FreeSpace(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"C": 9000, "E": 20480, "F": 1}, free)
	for path, want := range map[string]bool{`E:\Backup`: true, `E:\Backup\`: true, `E:\`: true, `E:\Missing`: false, `Q:\`: false} {
		there, err := s.DirectoryExists(t.Context(), path)
		require.NoError(t, err)
		require.Equal(t, want, there, path)
	}
}
