package windows

import (
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// StartMode is a service's start mode, in the words of WMI's Win32_Service.
type StartMode string

// The start modes.
const (
	Automatic StartMode = "Auto"
	Manual    StartMode = "Manual"
	Disabled  StartMode = "Disabled"
)

// sc is the word that sc.exe and an administrator use.
func (m StartMode) sc() string {
	switch m {
	case Automatic:
		return "auto"
	case Manual:
		return "manual"
	}
	return "disabled"
}

// ServiceState is a service's state, in the words of Win32_Service.
type ServiceState string

// The states a service rests in; starting and stopping take no time here.
const (
	Running ServiceState = "Running"
	Stopped ServiceState = "Stopped"
)

// Service is one service of a server.
type Service struct {
	// Name is the short name, such as W3SVC; Display the long one.
	Name, Display string
	// Path is the command line of its program; Account the account it runs as (empty: LocalSystem).
	Path, Account string
	Start         StartMode
	State         ServiceState
	// DependsOn names the services that must run first.
	DependsOn []string
	// PID of its process while it runs.
	PID int
	// Stuck: it takes no order to stop; only the end of its server ends it.
	Stuck bool
}

// GetService returns a service by its short name.
func GetService(tx *world.Tx, server, name string) (Service, bool) {
	var s Service
	ok := tx.Get(key(server, "service", name), &s)
	return s, ok
}

// PutService stores a service, without any event: the caller tells what happened.
func PutService(tx *world.Tx, server string, s Service) {
	if s.State == "" {
		s.State = Stopped
	}
	if s.Start == "" {
		s.Start = Manual
	}
	if s.Account == "" {
		s.Account = "LocalSystem"
	}
	if s.Path == "" {
		s.Path = `C:\WINDOWS\system32\svchost.exe -k netsvcs`
	}
	if s.Display == "" {
		s.Display = s.Name
	}
	tx.Put(key(server, "service", s.Name), s)
}

// Services returns every service, by short name.
func Services(tx *world.Tx, server string) []Service {
	var all []Service
	for _, k := range tx.Keys(key(server, "service") + "/") {
		var s Service
		tx.Get(k, &s)
		all = append(all, s)
	}
	return all
}

// findService looks a service up by short or display name, as net.exe does.
func findService(tx *world.Tx, server, name string) (Service, bool) {
	if s, ok := GetService(tx, server, name); ok {
		return s, true
	}
	all := Services(tx, server)
	i := slices.IndexFunc(all, func(s Service) bool { return strings.EqualFold(s.Display, name) })
	if i < 0 {
		return Service{}, false
	}
	return all[i], true
}

// dependants returns the running services that need the named one, the outermost first: the order in
// which they must stop.
func dependants(tx *world.Tx, server, name string) []Service {
	var out []Service
	for _, s := range Services(tx, server) {
		if s.State != Running || !slices.ContainsFunc(s.DependsOn, func(d string) bool { return strings.EqualFold(d, name) }) {
			continue
		}
		for _, d := range append(dependants(tx, server, s.Name), s) {
			if !slices.ContainsFunc(out, func(o Service) bool { return o.Name == d.Name }) {
				out = append(out, d)
			}
		}
	}
	return out
}

// StartService starts a service after those it depends on, with their service-started events. It reports
// false when it, or one it needs, is disabled or missing.
func StartService(tx *world.Tx, server, name, user string) bool {
	s, ok := GetService(tx, server, name)
	switch {
	case !ok, s.State != Running && s.Start == Disabled:
		return false
	case s.State == Running:
		return true
	}
	for _, d := range s.DependsOn {
		if !StartService(tx, server, d, user) {
			return false
		}
	}
	s.State, s.PID = Running, nextPID(tx, server)
	PutService(tx, server, s)
	tx.Record(systemEvent(server, "service-started", user, s.Name))
	return true
}

// StopService stops a service, after those that depend on it, with their service-stopped events.
func StopService(tx *world.Tx, server, name, user string) {
	s, ok := GetService(tx, server, name)
	if !ok || s.State != Running {
		return
	}
	for _, d := range append(dependants(tx, server, s.Name), s) {
		d.State, d.PID = Stopped, 0
		PutService(tx, server, d)
		tx.Record(systemEvent(server, "service-stopped", user, d.Name))
	}
}

// SetStartMode changes a service's start mode, with its service-start-mode event.
func SetStartMode(tx *world.Tx, server, name, user string, mode StartMode) bool {
	s, ok := GetService(tx, server, name)
	if !ok {
		return false
	}
	s.Start = mode
	PutService(tx, server, s)
	tx.Record(systemEvent(server, "service-start-mode", user, s.Name+" "+mode.sc()))
	return true
}
