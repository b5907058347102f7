package sqlserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/sqlserver"
	"farmhand/simulator/world"
)

// TestARestoreBringsBackWhatWas: the full backup waits for its differential, and VERSIONS are those of then.
func TestARestoreBringsBackWhatWas(t *testing.T) {
	tw := start(t, world.Options{}, state())
	do := func(statement string) {
		_, err := messages(t, tw.DB, statement)
		require.NoError(t, err, statement)
	}
	refused := func(statement string, want ...int32) {
		_, err := messages(t, tw.DB, statement)
		require.Equal(t, want, numbers(t, err), statement)
	}
	versions := func() (n int) {
		tw.world.View(func(tx *world.Tx) {
			d, _ := sqlserver.FindDatabase(tx, "SQL01", "PWA_Draft")
			n = len(d.Versions)
		})
		return n
	}
	before := versions()
	do(`BACKUP DATABASE PWA_Draft TO DISK = 'E:\full1.bak', DISK = 'E:\full2.bak' WITH CHECKSUM`)
	do(`BACKUP DATABASE PWA_Draft TO DISK = 'E:\dif.bak' WITH DIFFERENTIAL, CHECKSUM`)
	do(`BACKUP DATABASE PWA_Draft TO DISK = 'E:\other.bak'`)
	require.NoError(t, tw.world.Update(func(tx *world.Tx) error {
		sqlserver.AddVersion(tx, "SQL01", "PWA_Draft", sqlserver.VersionRow{Version: "12.0.6318.5000"})
		return nil
	}))
	require.Equal(t, before+1, versions())

	refused(`RESTORE VERIFYONLY FROM DISK = 'E:\full1.bak'`, 3132, 3013)
	refused(`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\full1.bak', DISK = 'E:\full2.bak'`, 3159, 3013)
	refused(`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\dif.bak'`, 3136, 3013)
	refused(`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\other.bak' WITH REPLACE, CHECKSUM`, 3187, 3013)
	do(`ALTER DATABASE PWA_Draft SET SINGLE_USER WITH ROLLBACK IMMEDIATE`)
	do(`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\full1.bak', DISK = 'E:\full2.bak' WITH FILE = 1, CHECKSUM, REPLACE, NORECOVERY, STATS = 5`)
	refused(`BACKUP DATABASE PWA_Draft TO DISK = 'E:\x.bak'`, 942, 3013)
	do(`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\dif.bak' WITH FILE = 1, CHECKSUM, RECOVERY, STATS = 5`)
	do(`ALTER DATABASE PWA_Draft SET MULTI_USER`)
	require.Equal(t, before, versions())

	do(`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\other.bak' WITH REPLACE, NORECOVERY`)
	refused(`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\dif.bak'`, 3136, 3013)
}

// TestAMirroredDatabaseIsNotRestored, and one that is not mirrored has no partner.
func TestAMirroredDatabaseIsNotRestored(t *testing.T) {
	s := state()
	for i := range s.Databases {
		if s.Databases[i].Name == "PWA_Draft" {
			s.Databases[i].Mirroring = &sqlserver.Mirroring{Address: "TCP://sql02:5022", Role: "PRINCIPAL", State: "SYNCHRONIZED", Safety: "FULL"}
		}
	}
	tw := start(t, world.Options{}, s)
	mirroring := func() any {
		_, got := rows(t, tw, `SELECT m.mirroring_state_desc FROM sys.database_mirroring m JOIN sys.databases d ON d.database_id = m.database_id WHERE d.name = 'PWA_Draft'`)
		return got[0][0]
	}
	for _, c := range []struct {
		statement string
		want      []int32
		state     any
	}{
		{`BACKUP DATABASE PWA_Draft TO DISK = 'E:\full.bak'`, nil, "SYNCHRONIZED"},
		{`ALTER DATABASE PWA_Draft SET PARTNER SUSPEND`, nil, "SUSPENDED"},
		{`ALTER DATABASE PWA_Draft SET PARTNER FAILOVER`, []int32{1422, 5069}, "SUSPENDED"},
		{`ALTER DATABASE PWA_Draft SET PARTNER RESUME`, nil, "SYNCHRONIZED"},
		{`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\full.bak' WITH REPLACE`, []int32{3104, 3013}, "SYNCHRONIZED"},
		{`ALTER DATABASE SharePoint_Config SET PARTNER SUSPEND`, []int32{1416, 5069}, "SYNCHRONIZED"},
		{`ALTER DATABASE PWA_Draft SET PARTNER OFF`, nil, nil},
		{`RESTORE DATABASE PWA_Draft FROM DISK = 'E:\full.bak' WITH REPLACE`, nil, nil},
	} {
		_, err := messages(t, tw.DB, c.statement)
		if c.want == nil {
			require.NoError(t, err, c.statement)
		} else {
			require.Equal(t, c.want, numbers(t, err), c.statement)
		}
		require.Equal(t, c.state, mirroring(), c.statement)
	}
}
