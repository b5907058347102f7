package windows

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// consoleWith is a console whose server runs tool.exe.
func consoleWith(t *testing.T, o world.Options, run func(ctx context.Context, p *Process) int) *console {
	t.Helper()
	spec := server2008("APP01")
	spec.Files = append(spec.Files, File{Path: `D:\tool.exe`, Data: []byte("MZ")})
	c := newConsoleIn(t, o, spec)
	c.machine.Program("tool.exe", Program{Journal: true, Run: run})
	return c
}

func TestWorkMeetsEachOfItsFaults(t *testing.T) {
	o := world.Options{Pace: 1e6, Faults: []world.Fault{{Host: "APP01", Step: "task", Kind: "exit", Code: 5, Skip: 1}}}
	var got []error
	c := consoleWith(t, o, func(_ context.Context, p *Process) int {
		for range 3 {
			got = append(got, p.Work("task", time.Minute))
		}
		return 0
	})
	_, _, exit := c.run(`D:\tool`, "")
	require.Zero(t, exit)
	require.NoError(t, got[0])
	var fault *FaultError
	require.ErrorAs(t, got[1], &fault)
	require.Equal(t, 5, fault.Fault.Code)
	require.Equal(t, `fault exit at step "task"`, fault.Error())
	require.NoError(t, got[2])
}

func TestSlowFaultMakesAStepLonger(t *testing.T) {
	var took time.Duration
	o := world.Options{Pace: 1e6, Faults: []world.Fault{{Host: "APP01", Step: "task", Kind: FaultSlow, Delay: 10 * 24 * time.Hour}}}
	c := consoleWith(t, o, func(_ context.Context, p *Process) int {
		before := p.Machine.World().Now()
		if p.Work("task", time.Second) != nil {
			return 1
		}
		took = p.Machine.World().Now() - before
		return 0
	})
	_, _, exit := c.run(`D:\tool.exe`, "")
	require.Zero(t, exit)
	require.GreaterOrEqual(t, took, 10*24*time.Hour/1e6) // the world's own time, which the fault sets
}

func TestProcessSeesItsCommand(t *testing.T) {
	var p Process
	c := consoleWith(t, world.Options{}, func(_ context.Context, q *Process) int {
		p = *q
		line, _ := q.Stdin.(interface{ ReadString(byte) (string, error) }).ReadString('\n')
		fmt.Fprintf(q.Stderr, "%s", line)
		return -5
	})
	_, stderr, exit := c.run(`cd /d D:\ && tool /a "b c" /d:"e f" 2>&1 && echo never`, "input\n")
	require.Equal(t, -5, exit)
	require.Empty(t, stderr)
	require.Equal(t, `D:\tool.exe`, p.Image)
	require.Equal(t, []string{"/a", "b c", "/d:e f"}, p.Args)
	require.Equal(t, `tool /a "b c" /d:"e f"`, p.CommandLine)
	require.Equal(t, testUser, p.User)
	require.True(t, p.Administrator)
	require.Equal(t, `D:\`, p.Dir)
	require.False(t, p.Resumed)
	require.Equal(t, []string{`started tool /a "b c" /d:"e f"`, `exited tool /a "b c" /d:"e f"`}, events(c.machine.world, "started", "exited"))
}

func TestCommitReturnsTheErrorAndMayBeTriedAgain(t *testing.T) {
	problem := errors.New("disk full")
	var got []error
	c := consoleWith(t, world.Options{}, func(_ context.Context, p *Process) int {
		got = append(got, p.Commit("a", func(*world.Tx) error { return problem }))
		got = append(got, p.Commit("a", func(tx *world.Tx) error { return WriteFile(tx, "APP01", `D:\a.txt`, []byte("x")) }))
		return 0
	})
	c.run(`D:\tool.exe`, "")
	require.Equal(t, []error{problem, nil}, got)
	stdout, _, _ := c.run(`type D:\a.txt`, "")
	require.Equal(t, "x", stdout)
}

func TestTaskkillEndsAJob(t *testing.T) {
	o := world.Options{Pace: 1, Holds: []world.Hold{{Host: "APP01", Step: "task"}}}
	c := consoleWith(t, o, func(_ context.Context, p *Process) int {
		if err := p.Work("task", 0); err != nil {
			return 99
		}
		return 0
	})
	_, _, exit := c.run(`schtasks /create /tn t /tr "D:\tool.exe /x" /sc once /st 23:59 /ru CONTOSO\sp-setup /rp `+testPassword, "")
	require.Zero(t, exit)
	_, _, exit = c.run(`schtasks /run /tn t`, "")
	require.Zero(t, exit)
	awaitEvent(t, c.machine.world, "held", 1)
	stdout, _, _ := c.run("schtasks /query /tn t", "")
	require.Contains(t, stdout, "Running")
	stdout, _, exit = c.run("taskkill /im tool.exe /f", "")
	require.Zero(t, exit)
	require.Regexp(t, `^SUCCESS: The process with PID \d+ has been terminated.\n$`, stdout)
	all, _ := c.machine.world.Events(0)
	for _, e := range all {
		if e.Event == "exited" {
			require.Equal(t, 1, *e.Exit)
			require.Equal(t, `D:\tool.exe /x`, e.Task)
		}
	}
	require.Len(t, events(c.machine.world, "exited"), 1)
}

func TestEndOfATaskKillsItsProcesses(t *testing.T) {
	o := world.Options{Pace: 1, Holds: []world.Hold{{Host: "APP01", Step: "task"}}}
	c := consoleWith(t, o, func(_ context.Context, p *Process) int {
		if err := p.Work("task", 0); err != nil {
			return 99
		}
		return 0
	})
	c.run(`schtasks /create /tn t /tr "cmd /c D:\tool.exe" /sc once /st 23:59 /ru CONTOSO\sp-setup /rp `+testPassword, "")
	c.run(`schtasks /run /tn t`, "")
	awaitEvent(t, c.machine.world, "held", 1)
	stdout, _, exit := c.run("schtasks /end /tn t", "")
	require.Zero(t, exit)
	require.Equal(t, "SUCCESS: The scheduled task \"t\" has been terminated successfully.\n", stdout)
	c.machine.world.View(func(tx *world.Tx) { require.Empty(t, processes(tx, "APP01")) })
}

// START without /wait leaves a program to itself, in the job object of its shell.
func TestUnwaitedProgramEndsWithItsShell(t *testing.T) {
	running := make(chan struct{})
	c := consoleWith(t, world.Options{Pace: 1}, func(ctx context.Context, p *Process) int {
		if p.Args[0] == "first" {
			close(running)
			<-ctx.Done()
		}
		<-running
		return 0
	})
	_, _, exit := c.run(`start D:\tool.exe first && D:\tool.exe second`, "")
	require.Zero(t, exit)
	awaitEvent(t, c.machine.world, "exited", 2)
}

func TestUnwaitedProgramOutlivesTheTaskThatStartedIt(t *testing.T) {
	o := world.Options{Pace: 1, Holds: []world.Hold{{Host: "APP01", Step: "task"}}}
	c := consoleWith(t, o, func(_ context.Context, p *Process) int {
		if err := p.Work("task", 0); err != nil {
			return 99
		}
		return 7
	})
	c.run(`schtasks /create /tn t /tr "cmd /c start D:\tool.exe" /sc once /st 23:59 /ru CONTOSO\sp-setup /rp `+testPassword, "")
	c.run(`schtasks /run /tn t`, "")
	awaitEvent(t, c.machine.world, "held", 1)
	c.machine.world.Release("APP01", "task")
	awaitEvent(t, c.machine.world, "exited", 1)
	all, _ := c.machine.world.Events(0)
	require.Equal(t, 7, *all[len(all)-1].Exit)
}
