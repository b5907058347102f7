package integration

import (
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/microsoft/go-mssqldb" // the driver sqlserver
	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// sqlServer finds a SQL Server of the farm, or the one that holds its mirrors.
func (f *Farm) sqlServer(name string) (farm.SQLServer, bool) {
	for _, q := range f.Rollout.Farms[0].SQLServers {
		if strings.EqualFold(q.Name, name) {
			return q, true
		}
		if m, ok := q.MirrorServer(); ok && strings.EqualFold(m.Name, name) {
			return m, true
		}
	}
	return farm.SQLServer{}, false
}

// HasSQL reports whether a name is a SQL Server's and no Windows server's.
func (f *Farm) HasSQL(name string) bool {
	_, windows := f.Rollout.Farms[0].Server(name)
	_, there := f.sqlServer(name)
	return there && !windows
}

// Query runs a batch on a SQL Server, as its administrator does at a desk of his own.
func (f *Farm) Query(t *testing.T, server, batch string) {
	t.Helper()
	q, ok := f.sqlServer(server)
	require.True(t, ok, "the farm has no SQL Server %s", server)
	i := slices.IndexFunc(f.Rollout.Credentials, func(c farm.Credential) bool { return c.Name == q.ConnectAs })
	u := url.URL{
		Scheme: "sqlserver", User: url.UserPassword(f.Rollout.Credentials[i].User, f.passwords[i]), Host: fmt.Sprintf("%s:%d", q.Address, q.Port),
		RawQuery: url.Values{"encrypt": {"false"}, "TrustServerCertificate": {"true"}, "disableretry": {"true"}}.Encode(),
	}
	db, err := sql.Open("sqlserver", u.String())
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), batch)
	require.NoError(t, err, "%s on %s", batch, server)
}

// early is how far the clock of a test environment begins behind the twin's where backups of somebody else
// are proven. It jumps over waits and gets ahead; what the twin does after users are off must be after that
// by both clocks, as it is in life.
const early = 12 * time.Hour

// proves reports whether the farm's backups are taken by somebody else.
func (f *Farm) proves() bool {
	return slices.ContainsFunc(f.Rollout.Farms[0].SQLServers, func(q farm.SQLServer) bool { return q.Backup.Mode == farm.BackupProve })
}
