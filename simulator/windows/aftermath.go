package windows

import (
	"cmp"
	"net/http"

	"farmhand/simulator/world"
	"farmhand/simulator/wsman"
)

// The kinds of world.Fault that the step "boot" alone knows: the boot ends, and then the server is not yet what its clients
// take it for.
const (
	// FaultRefuse has the next Fault.Code logons (two when it is zero) refused with 401: NETLOGON starts after WinRM.
	FaultRefuse = "refuse"
	// FaultUnready has http.sys answer 503 for Fault.Delay, because the WinRM service starts late.
	FaultUnready = "unready"
	// FaultTwice has Windows restart again, Fault.Delay after it was up and answered.
	FaultTwice = "twice"
)

// aftermath is what a fault leaves for the time after the boot.
func (m *Machine) aftermath(f world.Fault) aftermath {
	paced := m.world.After(f.Delay) - m.world.Now()
	switch f.Kind {
	case FaultRefuse:
		return aftermath{Refuse: cmp.Or(f.Code, 2)}
	case FaultUnready:
		return aftermath{Unready: paced}
	case FaultTwice:
		return aftermath{Again: max(paced, 1)}
	}
	return aftermath{}
}

// unready is what every request meets while the WinRM service has not started yet.
func (m *Machine) unready() *wsman.Fault {
	late := false
	m.world.View(func(tx *world.Tx) { late = getBoot(tx, m.name).Unready > m.world.Now() })
	if !late {
		return nil
	}
	return &wsman.Fault{Kind: wsman.FaultStatus, Status: http.StatusServiceUnavailable}
}

// logonFault meets the hold and the fault of the step "winrm Logon", after the refusals that a boot left. The kinds are
// reset, freeze, slow, http (status Code) and refuse, which answers 401 to a right password.
func (m *Machine) logonFault(string) *wsman.Fault {
	const step = "winrm Logon"
	m.mu.Lock()
	l := m.life
	m.mu.Unlock()
	if l == nil || m.world.Point(l.ctx, m.name, step) != nil {
		return &wsman.Fault{Kind: wsman.FaultReset}
	}
	refused := &wsman.Fault{Kind: wsman.FaultStatus, Status: http.StatusUnauthorized}
	left := 0
	m.world.View(func(tx *world.Tx) { left = getBoot(tx, m.name).Refuse })
	if left > 0 {
		_ = m.world.Update(func(tx *world.Tx) error { // a closed world refuses everybody
			b := getBoot(tx, m.name)
			b.Refuse = max(0, b.Refuse-1)
			tx.Put(key(m.name, "boot"), b)
			return nil
		})
		return refused
	}
	return m.strike(step)
}
