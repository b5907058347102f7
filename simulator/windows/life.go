package windows

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"farmhand/simulator/world"
	"farmhand/simulator/wsman"
)

// life is what is alive between a boot and the next: the WinRM service and the goroutines of processes.
type life struct {
	ctx    context.Context
	cancel context.CancelFunc

	mu      sync.Mutex
	over    bool
	running sync.WaitGroup
	kill    map[int]context.CancelFunc // by PID
}

// enter counts a goroutine in, unless the life is over; leave counts it out.
func (l *life) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.running.Add(1)
	}
	return !l.over
}

func (l *life) leave() { l.running.Done() }

// end stops everything and waits until all goroutines have noticed.
func (l *life) end() {
	l.cancel()
	l.mu.Lock()
	l.over = true
	l.mu.Unlock()
	l.running.Wait()
}

// attach makes the context of a process, so that it can be ended by its PID.
func (l *life) attach(ctx context.Context, pid int) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kill[pid] = cancel
	return ctx, func() {
		cancel()
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.kill, pid)
	}
}

// detach ends the goroutine of a process whose document is gone.
func (l *life) detach(pid int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if cancel, ok := l.kill[pid]; ok {
		cancel()
	}
}

// serve answers WinRM until the server goes down or ctx ends.
func (m *Machine) serve(ctx context.Context) error {
	listener, err := m.options.Listen()
	if err != nil {
		return err
	}
	lifeCtx, cancel := context.WithCancel(ctx)
	l := &life{ctx: lifeCtx, cancel: cancel, kill: map[int]context.CancelFunc{}}
	m.setLife(l)
	defer m.setLife(nil)

	server := wsman.New(m.winrmOptions(), &backend{machine: m, life: l})
	failed := make(chan error, 1)
	l.running.Go(func() {
		if err := server.Serve(listener); err != nil {
			failed <- err
		}
	})
	l.running.Go(func() { m.awaitShutdown(l.ctx) })
	m.resumeTasks(l)

	up := false
	if m.world.View(func(tx *world.Tx) { up = Up(tx, m.name) }); !up { // it went down before this life could be told
		cancel()
	}
	select {
	case <-lifeCtx.Done():
	case <-m.world.Done():
		err = world.ErrClosed
	case err = <-failed:
	}
	cancel() // first, so that a process whose shell closes knows that it did not end by itself
	server.Close()
	_ = listener.Close() // closed already where the service got to it
	l.end()
	return err
}

func (m *Machine) setLife(l *life) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.life = l
}

// dropShellProcesses ends the processes that a former simulator was stopped with and that nobody takes up
// again: those of WinRM shells, and what START left running in a task.
func (m *Machine) dropShellProcesses() error {
	return m.world.Update(func(tx *world.Tx) error {
		for _, p := range processes(tx, m.name) {
			if !p.Job || p.Root == "" && p.Parent == 0 {
				endProcess(tx, m.name, p, nil)
			}
		}
		return nil
	})
}

func (m *Machine) winrmOptions() wsman.Options {
	s := m.system()
	return wsman.Options{
		Computer: s.Name, Domain: s.Domain, Stack: s.Stack,
		OS:         fmt.Sprintf("%s SP: %d.0", s.Version, s.ServicePack),
		AllowBasic: m.options.BasicAllowed, AllowUnencrypted: m.options.UnencryptedAllowed,
		TLS: m.options.TLS, Kerberos: m.options.Kerberos, Fault: m.winrmFault, Logon: m.logonFault, Unready: m.unready, MaxShellsPerUser: s.Quotas.ShellsPerUser,
		Traffic: m.options.Traffic,
	}
}

// accessDenied is what WinRM says to an account that is no administrator (ERROR_ACCESS_DENIED).
const accessDenied = 5

// winrmFaults are the kinds of world.Fault that a step "winrm Create", "winrm Command" and so on knows.
var winrmFaults = map[string]wsman.FaultKind{
	"reset": wsman.FaultReset, "freeze": wsman.FaultFreeze, "slow": wsman.FaultDelay, "http": wsman.FaultStatus,
	"soap": wsman.FaultSOAP, "truncate": wsman.FaultTruncate, "garbage": wsman.FaultUnparsable,
	"lost-reply": wsman.FaultReset, "shell-gone": wsman.FaultGone,
}

// winrmFault meets the hold and the fault of the step "winrm ACTION". The kinds are reset, freeze, slow (by
// Delay), http (status Code), soap (fault Code), truncate, garbage, shell-gone, and lost-reply: reset after the
// operation took effect. FaultReboot and FaultPowerLoss take the server down instead.
func (m *Machine) winrmFault(op wsman.Operation) *wsman.Fault {
	m.mu.Lock()
	l := m.life
	m.mu.Unlock()
	step := "winrm " + op.Action
	if l == nil || m.world.Point(l.ctx, m.name, step) != nil {
		return &wsman.Fault{Kind: wsman.FaultReset}
	}
	if op.Action == wsman.ActionCreate && !m.administrator(op.User) {
		return &wsman.Fault{Kind: wsman.FaultSOAP, Code: accessDenied}
	}
	return m.strike(step)
}

// strike is what the fault of a WinRM step does to a request; nil when none strikes.
func (m *Machine) strike(step string) *wsman.Fault {
	f, struck := m.world.Strike(m.name, step)
	if !struck {
		return nil
	}
	switch f.Kind {
	case FaultReboot:
		m.Reboot("fault at " + step)
		return &wsman.Fault{Kind: wsman.FaultReset}
	case FaultPowerLoss:
		m.PowerLoss()
		return &wsman.Fault{Kind: wsman.FaultReset}
	}
	if f.Kind == FaultRefuse {
		return &wsman.Fault{Kind: wsman.FaultStatus, Status: http.StatusUnauthorized}
	}
	kind, known := winrmFaults[strings.ToLower(f.Kind)]
	if !known {
		return nil
	}
	return &wsman.Fault{
		Kind: kind, Delay: m.world.After(f.Delay) - m.world.Now(), Status: f.Code, Code: uint32(f.Code),
		AfterEffect: strings.EqualFold(f.Kind, "lost-reply"),
	}
}

func (m *Machine) administrator(user string) (ok bool) {
	m.world.View(func(tx *world.Tx) { ok = Administrator(tx, m.name, user) })
	return ok
}

// winrmStack is the stack of the WinRM service as Identify tells it.
func (m *Machine) winrmStack() string {
	if s := m.winrmOptions().Stack; s != 0 {
		return s.String()
	}
	return wsman.Stack20.String()
}
