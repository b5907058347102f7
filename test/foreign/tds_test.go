//go:build foreign

package foreign

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/sqlserver"
	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

const (
	tdsPassword = "Sommer 2008"
	tdsCore     = "00000000-0000-0000-0000-000000000000"
)

// tdsServe puts one SQL Server 2005 on a free port and returns its address and its world.
func tdsServe(t *testing.T, encryption tds.Encryption, dialect uint32) (address string, w *world.World) {
	t.Helper()
	w, _, err := world.Open(world.Options{Pace: 1000})
	require.NoError(t, err)
	require.NoError(t, w.Update(func(tx *world.Tx) error {
		sqlserver.Seed(tx, "SQL01", sqlserver.State{
			ProductVersion: "9.00.4060.00",
			Databases: []sqlserver.Database{{Name: "PWA_Published", SizeMB: 100, ProjectServer: true, Versions: []sqlserver.VersionRow{
				{VersionID: tdsCore, Version: "12.0.6219.1000", UserName: `CONTOSO\svc`, TimeStamp: time.Date(2008, 1, 10, 20, 30, 0, 0, time.UTC)},
				{VersionID: tdsCore, Version: "12.0.6318.5000", UserName: `CONTOSO\svc`, TimeStamp: time.Date(2008, 7, 20, 2, 15, 0, 0, time.UTC)},
			}}},
			Logins: []sqlserver.Login{{Name: `CONTOSO\svc`, ServerRoles: []string{"sysadmin"}}, {Name: "sa", ServerRoles: []string{"sysadmin"}}},
			Drives: []sqlserver.Drive{{Letter: "E", FreeMB: 1000}},
		})
		return nil
	}))
	instance := sqlserver.New("SQL01", w, func(string, string) (string, bool) { return tdsPassword, true })
	server := tds.New(tds.Options{
		Computer: "SQL01", Domain: "CONTOSO", ProductVersion: instance.Version(), MaxTDS: dialect, Encryption: encryption,
	}, instance)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, <-served)
		require.NoError(t, w.Close())
	})
	return l.Addr().String(), w
}

// tdsQuery runs Debian's tsql as a process of its own. settings are lines of freetds.conf.
func tdsQuery(t *testing.T, address, user, password, batch string, settings ...string) (output string, err error) {
	t.Helper()
	tsql, err := exec.LookPath("tsql")
	require.NoError(t, err, "FreeTDS's tsql is missing: apt-get install -y freetds-bin")
	host, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	conf := filepath.Join(t.TempDir(), "freetds.conf")
	lines := append([]string{"[twin]", "host = " + host, "port = " + port, "client charset = UTF-8"}, settings...)
	require.NoError(t, os.WriteFile(conf, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, tsql, "-S", "twin", "-U", user)
	c.Env = append(os.Environ(), "FREETDSCONF="+conf, "LC_ALL=C.UTF-8")
	c.Stdin = strings.NewReader(password + "\n" + batch + "\ngo\nexit\n") // without a terminal tsql asks here
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	var both bytes.Buffer
	c.Stdout, c.Stderr = &both, &both
	err = c.Run()
	return both.String(), err
}

func TestTDSVersionsTableByTsql(t *testing.T) {
	encryptions := map[string]tds.Encryption{"off": tds.Off, "request": tds.Login, "require": tds.Required}
	dialects := map[string]uint32{"7.1": tds.TDS74, "7.2": tds.TDS72, "7.3": tds.TDS73, "7.4": tds.TDS74, "auto": 0}
	for client, encryption := range encryptions {
		for version, dialect := range dialects {
			for _, user := range []string{"sa", `CONTOSO\svc`} {
				t.Run(fmt.Sprintf("%s/%s/%s", client, version, strings.ReplaceAll(user, `\`, "-")), func(t *testing.T) {
					address, w := tdsServe(t, encryption, dialect)
					output, err := tdsQuery(t, address, user, tdsPassword, "use PWA_Published\ngo\nselect * from versions",
						"encryption = "+client, "tds version = "+version)
					require.NoError(t, err, output)
					require.Contains(t, output, "12.0.6219.1000")
					require.Contains(t, output, "12.0.6318.5000")
					require.Contains(t, output, "Jul 20 2008")
					require.Contains(t, output, "(2 rows affected)")
					events, _ := w.Events(0)
					require.Equal(t, "login", events[0].Event)
					require.Equal(t, user, events[0].User)
				})
			}
		}
	}
}

func TestTDSBackupByTsql(t *testing.T) {
	address, w := tdsServe(t, tds.Login, 0)
	output, err := tdsQuery(t, address, "sa", tdsPassword,
		`BACKUP DATABASE [PWA_Published] TO DISK = N'E:\PWA_Published.bak' WITH CHECKSUM, COPY_ONLY, STATS = 50
go
RESTORE VERIFYONLY FROM DISK = N'E:\PWA_Published.bak' WITH CHECKSUM
go
BACKUP DATABASE [PWA_Published] TO DISK = N'E:\Nowhere\x.bak'`)
	require.NoError(t, err, output)
	for _, text := range []string{
		"50 percent processed.", "100 percent processed.", "BACKUP DATABASE successfully processed 12801 pages",
		"The backup set on file 1 is valid.", "Msg 3201", "Operating system error 3(The system cannot find the path specified.)", "Msg 3013",
	} {
		require.Contains(t, output, text)
	}
	w.View(func(tx *world.Tx) { require.Len(t, sqlserver.Backups(tx, "SQL01"), 1) })
}

func TestTDSWrongPasswordByTsql(t *testing.T) {
	for user, number := range map[string]string{"sa": "Msg 18456", `CONTOSO\svc`: "Msg 18452"} {
		address, w := tdsServe(t, tds.Login, 0)
		output, err := tdsQuery(t, address, user, "nonsense", "select 1")
		require.Error(t, err, output)
		require.Contains(t, output, number)
		require.Contains(t, output, "Login failed for user")
		events, _ := w.Events(0)
		require.NotEmpty(t, events)
		for _, e := range events {
			require.Equal(t, "auth-failed", e.Event)
		}
	}
}
