package windows

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/masterzen/winrm"
	"github.com/stretchr/testify/require"

	"farmhand/scripts"
	"farmhand/simulator/world"
	"farmhand/simulator/wsman"
)

// packageStep is the step of the package in these tests.
const packageStep = "package KB951695"

// rig is a running machine and what reaches it.
type rig struct {
	t       *testing.T
	world   *world.World
	machine *Machine
	port    *port
	stop    func()
}

// newRig runs the machine of a spec. A second rig on the same Dir is the simulator after a restart.
func newRig(t *testing.T, o world.Options, spec Spec) *rig {
	t.Helper()
	spec.Stack = wsman.Stack30 // the client library expects its replies
	w := openWorld(t, o, spec)
	p := openPort(t)
	m := New(spec.Name, w, accounts{}, Options{Listen: p.listen, BasicAllowed: true, UnencryptedAllowed: true})
	m.Program("package*", Program{Journal: true, Run: func(ctx context.Context, p *Process) int {
		fmt.Fprintf(p.Stdout, "begin %s\r\n", strings.Join(p.Args, "|"))
		var fault *FaultError
		if err := p.Work(packageStep, 3*time.Minute); errors.As(err, &fault) {
			return fault.Fault.Code
		} else if err != nil {
			return 1
		}
		if err := p.Commit("install", func(tx *world.Tx) error {
			AddPatch(tx, p.Machine.Name(), Patch{Product: "{A}", Code: "{B}", Name: "Hotfix (KB951695)"})
			SetPendingReboot(tx, p.Machine.Name(), "package")
			return nil
		}); err != nil {
			return 1
		}
		fmt.Fprint(p.Stdout, "done\r\n")
		return 3010
	}})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := m.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, world: w, machine: m, port: p, stop: func() { cancel(); running.Wait() }}
	t.Cleanup(r.stop)
	return r
}

func (r *rig) client(password string, sealed bool) *winrm.Client {
	r.t.Helper()
	host, text, err := net.SplitHostPort(r.port.address)
	require.NoError(r.t, err)
	number, err := strconv.Atoi(text)
	require.NoError(r.t, err)
	p := winrm.NewParameters("PT1S", "en-US", 153600)
	if sealed {
		p.TransportDecorator = func() winrm.Transporter {
			e, err := winrm.NewEncryption("ntlm")
			require.NoError(r.t, err)
			return e
		}
	}
	c, err := winrm.NewClientWithParameters(winrm.NewEndpoint(host, number, false, true, nil, nil, nil, 20*time.Second), testUser, password, p)
	require.NoError(r.t, err)
	return c
}

// try runs a command line over WinRM.
func (r *rig) try(line, stdin string) (stdout, stderr string, exit int, err error) {
	var out, errs bytes.Buffer
	exit, err = r.client(testPassword, false).RunWithContextWithInput(r.t.Context(), line, &out, &errs, strings.NewReader(stdin))
	return out.String(), errs.String(), exit, err
}

// do runs a command line that must be answered.
func (r *rig) do(line, stdin string) (string, int) {
	r.t.Helper()
	stdout, stderr, exit, err := r.try(line, stdin)
	require.NoError(r.t, err)
	return stdout + stderr, exit
}

// until runs a command line again until it succeeds; a server in a boot refuses meanwhile.
func (r *rig) until(line string) string {
	r.t.Helper()
	for r.t.Context().Err() == nil {
		if stdout, _, exit, err := r.try(line, ""); err == nil && exit == 0 {
			return stdout
		}
	}
	r.t.Fatal("gave up")
	return ""
}

// script runs a script through the bootstrap.
func (r *rig) script(s scripts.Script, stdin string, args ...scripts.Arg) []scripts.Record {
	r.t.Helper()
	call := scripts.Call{Script: s, Args: args, Nonce: "abc123"}
	stdout, _, _, err := r.try(scripts.CommandLine(), string(call.Encode([]byte(stdin))))
	require.NoError(r.t, err)
	records, err := scripts.Parse(stdout, call.Nonce)
	require.NoError(r.t, err)
	return records
}

func TestServicesOverWinRM(t *testing.T) {
	r := newRig(t, world.Options{}, server2008("APP01"))
	c := r.client(testPassword, true)
	var out, errs bytes.Buffer
	for _, line := range []string{"net stop W3SVC", "sc config W3SVC start= demand", "net start W3SVC"} {
		exit, err := c.RunWithContext(t.Context(), line, &out, &errs)
		require.NoError(t, err)
		require.Zero(t, exit)
	}
	require.Contains(t, out.String(), "The World Wide Web Publishing Service service was stopped successfully.\r\n")
	require.Equal(t, []string{
		"service-stopped W3SVC", "command net stop W3SVC", "service-start-mode W3SVC manual",
		"command sc config W3SVC start= demand", "service-started W3SVC", "command net start W3SVC",
	}, events(r.world, "service-stopped", "service-started", "service-start-mode", "command"))

	_, err := r.client("wrong", true).RunWithContext(t.Context(), "hostname", &out, &errs)
	require.Error(t, err)
	awaitEvent(t, r.world, "auth-failed", 1)
}

func TestOnlyAdministratorsGetAShell(t *testing.T) {
	spec := server2008("APP01")
	spec.Administrators = nil
	r := newRig(t, world.Options{}, spec)
	_, _, _, err := r.try("hostname", "")
	require.Error(t, err)
	require.Equal(t, []string{"fault Create: SOAP fault 5"}, events(r.world, "fault"))
	require.Empty(t, events(r.world, "command"))
}

// stage puts a job's folder on the server and registers its task, as the product does.
func (r *rig) stage(folder string) {
	r.t.Helper()
	_, exit := r.do("md "+folder, "")
	require.Zero(r.t, exit)
	put := func(name, content string) {
		encoded := scripts.Call{Script: scripts.PutFile, Nonce: "n", Args: []scripts.Arg{{Name: "Path", Value: folder + `\` + name}}}.
			Encode([]byte(base64Lines(content)))
		stdout, _, _, err := r.try(scripts.CommandLine(), string(encoded))
		require.NoError(r.t, err)
		records, err := scripts.Parse(stdout, "n")
		require.NoError(r.t, err)
		require.Equal(r.t, scripts.Hash(content), records[0].Get("sha256"))
	}
	put("run.cmd", scripts.Run.Text)
	put("command.cmd", `start "" /wait /b "D:\Updates\package.exe" /quiet "/log:D:\far mhand\x.log"`+"\r\n")
	records := r.script(scripts.RegisterTask, base64Lines(testPassword),
		scripts.Arg{Name: "Name", Value: "fh-1"}, scripts.Arg{Name: "User", Value: testUser}, scripts.Arg{Name: "Command", Value: folder + `\run.cmd`})
	require.Equal(r.t, "task", records[0].Kind)
}

func TestJob(t *testing.T) {
	const folder = `D:\farmhand\job-1`
	r := newRig(t, world.Options{Pace: 2000}, server2008("APP01"))
	r.stage(folder)
	_, exit := r.do(`schtasks /run /tn fh-1`, "")
	require.Zero(t, exit)
	require.Equal(t, "3010\r\n", r.until(`type `+folder+`\exit.txt`))
	_, exit = r.do(`schtasks /run /tn fh-1`, "") // md started fails: nothing runs
	require.Zero(t, exit)
	output, _ := r.do(`type `+folder+`\output.log`, "")
	require.Equal(t, "begin /quiet|/log:D:\\far mhand\\x.log\r\ndone\r\n", output)

	state := r.script(scripts.JobState, "", scripts.Arg{Name: "Folder", Value: folder})
	require.Equal(t, "true", state[0].Get("exists"))
	require.Equal(t, "true", state[0].Get("started"))
	require.Equal(t, "3010", state[0].Get("exit"))
	require.Equal(t, strconv.Itoa(len(output)), state[0].Get("output"))
	require.Equal(t, "boot", state[1].Kind)

	var jobs []world.Event
	all, _ := r.world.Events(0)
	for _, e := range all {
		if e.Protocol == world.ProtocolJob {
			jobs = append(jobs, e)
		}
		require.NotContains(t, e.Text, testPassword)
	}
	require.Len(t, jobs, 2)
	require.Equal(t, "started", jobs[0].Event)
	require.Equal(t, `"D:\Updates\package.exe" /quiet "/log:D:\far mhand\x.log"`, jobs[0].Text)
	require.Equal(t, `"D:\farmhand\job-1\run.cmd"`, jobs[0].Task)
	require.Equal(t, testUser, jobs[0].User)
	require.Equal(t, "exited", jobs[1].Event)
	require.Equal(t, 3010, *jobs[1].Exit)
	require.Contains(t, events(r.world, "script"), `script register-task.ps1 -Name "fh-1" -User "CONTOSO\sp-setup" -Command "D:\farmhand\job-1\run.cmd"`)
}

func TestRefusedPasswordRegistersNothing(t *testing.T) {
	r := newRig(t, world.Options{}, server2008("APP01"))
	records := r.script(scripts.RegisterTask, base64Lines("wrong"),
		scripts.Arg{Name: "Name", Value: "fh-1"}, scripts.Arg{Name: "User", Value: testUser}, scripts.Arg{Name: "Command", Value: `D:\x\run.cmd`})
	require.Equal(t, "refused", records[0].Kind)
	require.Equal(t, "0x8007052E", records[0].Get("hresult"))
	_, exit := r.do("schtasks /query /tn fh-1", "")
	require.Equal(t, 1, exit)
}

// A simulator that is stopped in the middle of a job and started again lets it end once.
func TestJobSurvivesTheSimulator(t *testing.T) {
	const folder = `D:\farmhand\job-1`
	o := world.Options{Dir: t.TempDir(), Pace: 2000, Holds: []world.Hold{{Host: "APP01", Step: packageStep}}}
	r := newRig(t, o, server2008("APP01"))
	r.stage(folder)
	_, exit := r.do(`schtasks /run /tn fh-1`, "")
	require.Zero(t, exit)
	awaitEvent(t, r.world, "held", 1)
	output, _ := r.do(`type `+folder+`\output.log`, "")
	require.Contains(t, output, "begin")
	r.stop()
	require.NoError(t, r.world.Close())

	r = newRig(t, o, server2008("APP01"))
	require.Equal(t, "3010\r\n", r.until(`type `+folder+`\exit.txt`))
	output, _ = r.do(`type `+folder+`\output.log`, "")
	require.Equal(t, "begin /quiet|/log:D:\\far mhand\\x.log\r\ndone\r\n", output)
	require.Len(t, events(r.world, "started"), 1)
	require.Len(t, events(r.world, "exited"), 1)
	require.Empty(t, events(r.world, "boot", "shutdown"))
}

// A reboot ends the job without an exit code; what is automatic comes back.
func TestRebootDuringAJob(t *testing.T) {
	const folder = `D:\farmhand\job-1`
	o := world.Options{Pace: 2000, Faults: []world.Fault{{Host: "APP01", Step: packageStep, Kind: FaultReboot}}}
	r := newRig(t, o, server2008("APP01"))
	r.stage(folder)
	_, exit := r.do("net start SPTimerV3", "")
	require.Zero(t, exit)
	before := r.script(scripts.BootTime, "")[0].Get("time")
	_, exit = r.do(`schtasks /run /tn fh-1`, "")
	require.Zero(t, exit)
	awaitEvent(t, r.world, "boot", 1)
	r.until("hostname")

	state := r.script(scripts.JobState, "", scripts.Arg{Name: "Folder", Value: folder})
	require.Equal(t, "true", state[0].Get("started"))
	require.Empty(t, state[0].Get("exit"))
	require.Equal(t, "0", state[0].Get("processes"))
	require.NotEqual(t, before, state[1].Get("time"))
	require.Equal(t, []string{
		"service-started SPTimerV3", "shutdown fault at step " + packageStep, "boot", "service-started IISADMIN", "service-started W3SVC",
	}, events(r.world, "shutdown", "boot", "service-started"))
	all, _ := r.world.Events(0)
	for _, e := range all {
		if e.Event == "exited" {
			require.Nil(t, e.Exit)
		}
	}
	r.world.View(func(tx *world.Tx) {
		require.Empty(t, Patches(tx, "APP01"))
		svc, _ := GetService(tx, "APP01", "SPTimerV3")
		require.Equal(t, Stopped, svc.State)
	})
}

// A restart that an administrator asked for clears the pending reboot; a suspended boot goes on.
func TestRestartSuspendedInTheBoot(t *testing.T) {
	o := world.Options{Dir: t.TempDir(), Pace: 2000, Holds: []world.Hold{{Host: "APP01", Step: "boot"}}}
	r := newRig(t, o, server2008("APP01"))
	require.NoError(t, r.world.Update(func(tx *world.Tx) error { SetPendingReboot(tx, "APP01", "test"); return nil }))
	_, exit := r.do("shutdown /r /t 0 /f", "")
	require.Zero(t, exit)
	awaitEvent(t, r.world, "held", 1)
	_, _, _, err := r.try("hostname", "")
	require.Error(t, err)
	require.Empty(t, events(r.world, "boot"))
	r.stop()
	require.NoError(t, r.world.Close())

	r = newRig(t, o, server2008("APP01"))
	r.until("hostname")
	require.Len(t, events(r.world, "boot"), 1)
	require.Len(t, events(r.world, "shutdown"), 1)
	r.world.View(func(tx *world.Tx) { require.Empty(t, PendingReboot(tx, "APP01")) })
}

// A program started in a WinRM shell dies with it.
func TestProgramDiesWithItsShell(t *testing.T) {
	o := world.Options{Holds: []world.Hold{{Host: "APP01", Step: "package KB951695"}}, Pace: 2000}
	r := newRig(t, o, server2008("APP01"))
	ctx, cancel := context.WithCancel(t.Context())
	var client sync.WaitGroup
	client.Go(func() {
		_, _ = r.client(testPassword, false).RunWithContext(ctx, `D:\Updates\package.exe /quiet`, new(bytes.Buffer), new(bytes.Buffer))
	})
	awaitEvent(t, r.world, "held", 1)
	cancel()
	client.Wait()
	awaitEvent(t, r.world, "exited", 1)
	awaitEvent(t, r.world, "command", 1)
	all, _ := r.world.Events(0)
	for _, e := range all {
		if e.Event == "exited" || e.Event == "command" {
			require.Nil(t, e.Exit)
			require.Empty(t, e.Task)
		}
	}
	r.world.View(func(tx *world.Tx) { require.Empty(t, processes(tx, "APP01")) })
}

func TestFaultCodeReachesTheProgram(t *testing.T) {
	o := world.Options{Pace: 2000, Faults: []world.Fault{{Host: "APP01", Step: packageStep, Kind: "exit", Code: 1618}}}
	r := newRig(t, o, server2008("APP01"))
	_, exit := r.do(`D:\Updates\package.exe /quiet`, "")
	require.Equal(t, 1618, exit)
	_, exit = r.do(`"D:\Updates\package.exe" /quiet`, "")
	require.Equal(t, 3010, exit)
}

func TestWinRMFault(t *testing.T) {
	o := world.Options{Faults: []world.Fault{{Host: "APP01", Step: "winrm Create", Kind: "http", Code: 503}}}
	r := newRig(t, o, server2008("APP01"))
	_, _, _, err := r.try("hostname", "")
	require.ErrorContains(t, err, "503")
	output, _ := r.do("hostname", "")
	require.Equal(t, "APP01\r\n", output)
}

// On Windows Server 2003 the task comes from schtasks and its prompt, and batch files need code page 437.
func TestJobOnWindows2003(t *testing.T) {
	spec := server2003("APP01")
	spec.Files = append(spec.Files,
		File{Path: `D:\farmhand\job-1\run.cmd`, Data: []byte(scripts.Run.Text)},
		File{Path: `D:\farmhand\job-1\command.cmd`, Data: []byte(`D:\Updates\package.exe /quiet`)})
	r := newRig(t, world.Options{Pace: 2000}, spec)
	output, exit := r.do(`schtasks /create /tn fh-1 /ru sp-setup@contoso.com /sc once /st 23:59:00 /tr "cmd /c D:\farmhand\job-1\run.cmd"`, testPassword+"\r\n")
	require.Zero(t, exit)
	require.Contains(t, output, "Please enter the run as password for sp-setup@contoso.com: ")
	output, exit = r.do(`D:\farmhand\job-1\run.cmd`, "") // the library asks for 65001: nothing happens
	require.Zero(t, exit)
	require.Empty(t, output)
	require.Empty(t, events(r.world, "started"))
	_, exit = r.do(`schtasks /run /tn fh-1`, "")
	require.Zero(t, exit)
	require.Equal(t, "3010\r\n", r.until(`type D:\farmhand\job-1\exit.txt`))
	all, _ := r.world.Events(0)
	for _, e := range all {
		if e.Event == "started" {
			require.Equal(t, `cmd /c D:\farmhand\job-1\run.cmd`, e.Task)
			require.Equal(t, testUser, e.User)
		}
	}
}
