package simulator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/scripts"
	"farmhand/simulator"
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

// networks counts the loopback networks handed out, from where no other test process is likely to be; claims holds their
// listeners.
var (
	networks atomic.Int64
	claims   sync.Map
)

func init() { networks.Store(rand.Int64N(100 * 256)) }

// network is a loopback network that no other test has, of this process or another.
func network() string {
	for {
		n := networks.Add(1) % (100 * 256)
		network := fmt.Sprintf("127.%d.%d.", 100+n/256, n%256)
		if l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", network+"1:9"); err == nil {
			claims.Store(network, l)
			return network
		}
	}
}

// rollout is a farm of two servers and a SQL Server in a loopback network of its own.
func rollout() farm.Rollout {
	network := network()
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
	user string
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
	o.Passwords = func(user string) (string, bool) { return password, user == o.Rollout.Credentials[0].User }
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
	return &rig{T: t, Simulator: s, farm: o.Rollout.Farms[0], user: o.Rollout.Credentials[0].User}
}

// job starts a command line the detached way: run.cmd in a folder of its own, run by a scheduled task.
func (r *rig) job(server, id, line string) {
	r.Helper()
	folder := `D:\jobs\` + id
	r.write(server, folder+`\run.cmd`, scripts.Run.Text)
	r.write(server, folder+`\command.cmd`, `start "" /wait /b `+line+"\r\n")
	_, exit := r.run(server, `schtasks /create /tn `+id+` /ru `+r.user+` /rp `+password+` /sc once /st 23:59 /tr "`+folder+`\run.cmd"`)
	require.Zero(r, exit)
	r.runsOff(server, "schtasks /run /tn "+id, func(e world.Event) bool { return e.Event == "started" && strings.Contains(e.Task, folder) })
}

// restart has a server restart at once.
func (r *rig) restart(server string) {
	r.Helper()
	r.runsOff(server, "shutdown /r /t 0 /f", func(e world.Event) bool { return e.Event == "shutdown" && e.Host == server })
}

// runsOff types a command that may take the server down before its answer is here: then the journal has what it did.
func (r *rig) runsOff(server, line string, did func(world.Event) bool) {
	r.Helper()
	_, exit, err := r.try(server, line)
	if err == nil {
		require.Zero(r, exit)
		return
	}
	events, _ := r.World().Events(0)
	require.True(r, slices.ContainsFunc(events, did), "%s: %v", line, err)
}

// await waits for the next event that fits; events before the last awaited one do not count.
func (r *rig) await(what string, fits func(world.Event) bool) world.Event {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Minute)
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
		require.Equal(r, new(0), r.ended(server, p).Exit)
	}
}

// wizard runs psconfig to its end and returns its exit code.
func (r *rig) wizard(server, id string, more ...string) int {
	r.Helper()
	r.job(server, id, strings.Join(append([]string{upgrade}, more...), " "))
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

// requireDamage waits for damage: the farm learns of what happened on its servers a moment later.
func (r *rig) requireDamage(host, text string) {
	r.Helper()
	defer func(seen int64) { r.seen = seen }(r.seen) // other waits go on from where they were
	r.seen = 0
	r.await("damage "+text+" on "+host, func(e world.Event) bool {
		return e.Event == "damage" && e.Host == host && strings.Contains(e.Text, text)
	})
}
