package simulator_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/masterzen/winrm"
	_ "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/scripts"
	"farmhand/simulator"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

const (
	setupUser = `CONTOSO\sp-setup`
	password  = "rehearsal-only"
	bin       = `C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\BIN\`
	wss       = `C:\Updates\InfrastructureUpdateForWindowsSharePointServices3.0-KB951695-fullfile-x64.exe`
	office    = `C:\Updates\infrastructureupdateformicrosoftofficeservers-kb951297-fullfile-x64.exe`
	upgrade   = `"` + bin + `psconfig.exe" -cmd upgrade -inplace b2b -wait`
	quiet     = ` /quiet /norestart`
)

func release() farm.Release {
	v := farm.MustParseVersion("12.0.6318.5000")
	return farm.Release{
		Name: "infrastructure-update",
		Packages: []farm.Package{
			{KB: "KB951695", Detect: []string{"(KB951695)"}, Version: v, Products: []string{"Windows SharePoint Services 3.0"}, Files: []farm.PackageFile{
				{Architecture: farm.X64, Name: "InfrastructureUpdateForWindowsSharePointServices3.0-KB951695-fullfile-x64.exe"},
				{Architecture: farm.X86, Name: "InfrastructureUpdateForWindowsSharePointServices3.0-KB951695-fullfile-x86.exe"}}},
			{KB: "KB951297", Detect: []string{"(KB951297)"}, Version: v, Products: []string{"Office SharePoint Server 2007", "Office Project Server 2007"}, Files: []farm.PackageFile{
				{Architecture: farm.X64, Name: "infrastructureupdateformicrosoftofficeservers-kb951297-fullfile-x64.exe"},
				{Architecture: farm.X86, Name: "infrastructureupdateformicrosoftofficeservers-kb951297-fullfile-x86.exe"}}},
		},
		Baseline:  farm.Baseline{Version: farm.MustParseVersion("12.0.6219.1000")},
		Expected:  farm.Expected{ProjectDatabases: v, SharePointDatabases: farm.MustParseVersion("12.0.0.6318")},
		Durations: farm.Durations{Package: 8 * time.Minute, Reboot: 6 * time.Minute, FirstWizard: 22 * time.Minute, OtherWizard: 9 * time.Minute},
	}
}

// rollout is a farm of two servers and a SQL Server in a loopback network of its own.
func rollout() farm.Rollout {
	network := fmt.Sprintf("127.%d.%d.", 100+rand.IntN(100), rand.IntN(256))
	winrm := farm.WinRM{Scheme: "http", Port: 5985, Auth: "ntlm"}
	server := func(name, host string, roles ...farm.Role) farm.Server {
		return farm.Server{Name: name, Address: network + host, Roles: roles, ConnectAs: "setup", RunAs: "setup", Stage: `D:\farmhand`, WinRM: winrm}
	}
	return farm.Rollout{
		ID: "test", Packages: farm.PackageSource{Directory: `C:\Updates`},
		Credentials: []farm.Credential{{Name: "setup", User: setupUser, Password: "env:SETUP"}},
		Farms: []farm.Farm{{
			Name: "contoso",
			Servers: []farm.Server{
				server("APP01", "11", farm.RoleCentralAdministration, farm.RoleApplication),
				server("WFE01", "21", farm.RoleFrontEndWeb),
			},
			SQLServers: []farm.SQLServer{{Name: "SQL01", Address: network + "31", Port: 1433, ConnectAs: "setup", Encrypt: farm.EncryptLogin, Backup: farm.Backup{Directory: `E:\Backup`}}},
			Databases:  farm.Databases{Configuration: "SharePoint_Config", On: "SQL01", Expect: []string{"SharePoint_AdminContent", "WSS_Content_PWA", "SharedServices1_DB", "WSS_Search"}},
			ProjectWebAccess: []farm.ProjectWebAccess{{URL: "http://pwa.contoso/pwa", On: "SQL01",
				Published: "PWA_Published", Draft: "PWA_Draft", Archive: "PWA_Archive", Reporting: "PWA_Reporting"}},
		}},
	}
}

// rig is a running simulator with clients.
type rig struct {
	*testing.T
	*simulator.Simulator
	farm farm.Farm
	seen int64
}

func start(t *testing.T, o simulator.Options) *rig {
	t.Helper()
	if o.Rollout.ID == "" {
		o.Rollout = rollout()
	}
	if o.Pace == 0 {
		o.Pace = 5000
	}
	o.Release = release()
	if o.Twin.Servers == nil { // the client of these tests cannot read the replies of WinRM 2.0
		o.Twin.Servers = []simulator.TwinServer{{Name: "APP01", WinRM: "3.0"}, {Name: "WFE01", WinRM: "3.0"}}
	}
	o.Passwords = func(user string) (string, bool) { return password, user == setupUser }
	s, err := simulator.Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			events, _ := s.World().Events(0)
			for _, e := range events {
				t.Logf("%+v", e)
			}
		}
		_ = s.Close()
	})
	return &rig{T: t, Simulator: s, farm: o.Rollout.Farms[0]}
}

// run types a command on a server, over WinRM with sealed NTLM.
func (r *rig) run(server, line string) (stdout string, exit int) {
	r.Helper()
	stdout, exit, err := r.try(server, line)
	require.NoError(r, err)
	return stdout, exit
}

func (r *rig) try(server, line string) (string, int, error) {
	var stdout, stderr bytes.Buffer
	exit, err := r.client(server).RunWithContext(r.Context(), line, &stdout, &stderr)
	return stdout.String() + stderr.String(), exit, err
}

// client speaks sealed NTLM over http, and plain NTLM inside https.
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
	client, err := winrm.NewClientWithParameters(winrm.NewEndpoint(s.Address, s.WinRM.Port, https, false, authority, nil, nil, time.Minute), setupUser, password, params)
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

// job starts a command line the detached way: run.cmd in a folder of its own, run by a scheduled task.
func (r *rig) job(server, id, line string) {
	r.Helper()
	folder := `D:\jobs\` + id
	r.write(server, folder+`\run.cmd`, scripts.Run.Text)
	r.write(server, folder+`\command.cmd`, `start "" /wait /b `+line+"\r\n")
	_, exit := r.run(server, `schtasks /create /tn `+id+` /ru `+setupUser+` /rp `+password+` /sc once /st 23:59 /tr "`+folder+`\run.cmd"`)
	require.Zero(r, exit)
	_, exit = r.run(server, "schtasks /run /tn "+id)
	require.Zero(r, exit)
}

// await waits for the next event that fits; events before the last awaited one do not count.
func (r *rig) await(what string, fits func(world.Event) bool) world.Event {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
	defer cancel()
	for {
		events, more := r.World().Events(r.seen)
		for _, e := range events {
			r.seen = e.Seq
			if fits(e) {
				return e
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			events, _ := r.World().Events(0)
			r.Fatalf("no %s in %v", what, events)
		}
	}
}

func (r *rig) ended(server, text string) world.Event {
	r.Helper()
	return r.await("end of "+text+" on "+server, func(e world.Event) bool {
		return e.Event == "exited" && e.Host == server && strings.Contains(e.Text, text)
	})
}

// install runs both packages on a server to their end.
func (r *rig) install(server string) {
	r.Helper()
	for i, p := range []string{wss, office} {
		r.job(server, fmt.Sprintf("%s-%d", server, i), `"`+p+`"`+quiet)
		require.Equal(r, world.ExitCode(0), r.ended(server, p).Exit)
	}
}

// wizard runs psconfig to its end and returns its exit code.
func (r *rig) wizard(server, id string) int {
	r.Helper()
	r.job(server, id, upgrade)
	e := r.ended(server, "psconfig")
	require.NotNil(r, e.Exit)
	return *e.Exit
}

// usersOff stops W3SVC on the Web server and keeps it from coming back.
func (r *rig) usersOff() {
	r.Helper()
	_, exit := r.run("WFE01", "net stop w3svc && sc config w3svc start= demand")
	require.Zero(r, exit)
}

// projectOff stops the Project services.
func (r *rig) projectOff() {
	r.Helper()
	_, exit := r.run("APP01", "net stop MSProjectServerQueue12 && net stop MSProjectServerEvents12")
	require.Zero(r, exit)
}

// all returns the events of one kind so far.
func (r *rig) all(event string) (out []world.Event) {
	events, _ := r.World().Events(0)
	for _, e := range events {
		if e.Event == event {
			out = append(out, e)
		}
	}
	return out
}

func (r *rig) requireDamage(host, text string) {
	r.Helper()
	for _, e := range r.all("damage") {
		if e.Host == host && strings.Contains(e.Text, text) {
			return
		}
	}
	r.Fatalf("no damage %q on %s in %v", text, host, r.all("damage"))
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
