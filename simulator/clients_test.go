package simulator_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/masterzen/winrm"
	_ "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// run types a command on a server, over WinRM with sealed NTLM.
func (r *rig) run(server, line string) (stdout string, exit int) {
	r.Helper()
	stdout, exit, err := r.try(server, line)
	require.NoError(r, err)
	return stdout, exit
}

// try begins anew where the logon went wrong: on a busy machine net/http may send its last leg through another connection,
// which the client cannot know. What was answered with 401 was not done.
func (r *rig) try(server, line string) (string, int, error) {
	for again := 3; ; again-- {
		var stdout, stderr bytes.Buffer
		exit, err := r.client(server).RunWithContext(r.Context(), line, &stdout, &stderr)
		if err == nil || again == 0 || !strings.Contains(err.Error(), "401 - ") {
			return stdout.String() + stderr.String(), exit, err
		}
	}
}

// client speaks sealed NTLM over http, and Basic or plain NTLM inside https.
func (r *rig) client(server string) *winrm.Client {
	r.Helper()
	s, _ := r.farm.Server(server)
	params := winrm.NewParameters("PT20S", "en-US", 153600)
	params.TransportDecorator = func() winrm.Transporter {
		encryption, err := winrm.NewEncryption("ntlm")
		require.NoError(r, err)
		return encryption
	}
	var authority []byte
	https := s.WinRM.Scheme == "https"
	if https {
		params.TransportDecorator = func() winrm.Transporter { return &winrm.ClientNTLM{} }
		var err error
		authority, err = os.ReadFile(r.CAFile())
		require.NoError(r, err)
	}
	if s.WinRM.Auth == "basic" {
		params.TransportDecorator = nil
	}
	client, err := winrm.NewClientWithParameters(winrm.NewEndpoint(s.Address, s.WinRM.Port, https, false, authority, nil, nil, time.Minute), r.user, password, params)
	require.NoError(r, err)
	return client
}

// write puts a file on a server, with its folder.
func (r *rig) write(server, path, text string) {
	r.Helper()
	require.NoError(r, r.World().Update(func(tx *world.Tx) error {
		if err := windows.MakeFolder(tx, server, path[:strings.LastIndexByte(path, '\\')]); err != nil {
			return err
		}
		return windows.WriteFile(tx, server, path, []byte(text))
	}))
}

// booted waits for the end of a boot, and until WinRM answers again.
func (r *rig) booted(server string) {
	r.Helper()
	r.await("boot of "+server, func(e world.Event) bool { return e.Event == "boot" && e.Host == server })
	for {
		if _, _, err := r.try(server, "ver"); err == nil {
			return
		}
		select {
		case <-r.Context().Done():
			r.Fatal("no answer after the boot")
		case <-time.After(time.Millisecond): // the port opens right after the event
		}
	}
}

// level asks SQL Server for the newest core row of a database: its version, and whether it is finalized.
func (r *rig) level(database string) (version string, finalized bool) {
	r.Helper()
	db := r.database(database)
	rows, err := db.QueryContext(r.Context(), "select * from versions")
	require.NoError(r, err)
	defer func() { require.NoError(r, rows.Close()) }()
	columns, err := rows.Columns()
	require.NoError(r, err)
	var newest int64 = -1
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(r, rows.Scan(into...))
		var id int64
		var v string
		done, core := true, true // Project Server's table does not tell
		for i, c := range columns {
			switch strings.ToLower(c) {
			case "id":
				id, _ = values[i].(int64)
			case "version":
				v, _ = values[i].(string)
			case "finalizetimestamp":
				done = values[i] != nil
			case "versionid":
				b, _ := values[i].([]byte)
				core = len(b) == 0 || bytes.Equal(b, make([]byte, len(b)))
			}
		}
		if core && id > newest {
			newest, version, finalized = id, v, done
		}
	}
	require.NoError(r, rows.Err())
	return version, finalized
}

// database opens a database of the farm's SQL Server.
func (r *rig) database(name string) *sql.DB {
	r.Helper()
	q := r.farm.SQLServers[0]
	settings := url.Values{"encrypt": {"false"}, "TrustServerCertificate": {"true"}, "database": {name}}
	if q.Encrypt == farm.EncryptRequired {
		settings = url.Values{"encrypt": {"true"}, "certificate": {r.CAFile()}, "database": {name}}
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(setupUser, password), Host: net.JoinHostPort(q.Address, fmt.Sprint(q.Port)), RawQuery: settings.Encode()}
	db, err := sql.Open("sqlserver", u.String())
	require.NoError(r, err)
	r.Cleanup(func() { _ = db.Close() })
	return db
}

// registry reads a value of the WSS key over WinRM.
func (r *rig) registry(server, name string) string {
	r.Helper()
	out, exit := r.run(server, `reg query "HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0\WSS" /v `+name)
	require.Zero(r, exit, out)
	fields := strings.Fields(out)
	return fields[len(fields)-1]
}

// wizardLogs reads what a wizard run as a job left, and judges it as an administrator would.
func (r *rig) wizardLogs(server, job string) farm.WizardLogs {
	r.Helper()
	lines := func(path string) []string {
		out, exit := r.run(server, `type "`+path+`"`)
		require.Zero(r, exit, out)
		return strings.Split(strings.ReplaceAll(out, "\r\n", "\n"), "\n")
	}
	const logs = `C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\LOGS\`
	newest, exit := r.run(server, `dir /b "`+logs+`PSCDiagnostics_*.log"`)
	require.Zero(r, exit, newest)
	name := strings.Fields(newest)
	return farm.JudgeWizardLogs(strings.Join(lines(`D:\jobs\`+job+`\output.log`), "\r\n"), lines(logs + "Upgrade.log")[3:], lines(logs+name[len(name)-1]))
}
