package faults

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// read is a reading of one service: a script.
func (s *scene) read(host string) call {
	return call{s.acts.ReadServices, activities.ServiceRequest{ServerTarget: s.farm.Server(s.T, host), Names: []string{farm.ServiceTimer}}}
}

// readBoot is a reading of the boot time: a script that is sent over standard input.
func (s *scene) readBoot(host string) call {
	return call{s.acts.BootTime, s.farm.Server(s.T, host)}
}

// stopWeb stops W3SVC and sets it to manual: plain commands.
func (s *scene) stopWeb() call {
	return call{s.acts.StopService, activities.StopRequest{
		ServerTarget: s.farm.Server(s.T, wfe01), Name: farm.ServiceWebPublishing, StartMode: farm.StartManual,
	}}
}

// runs counts how often a program started and how often it succeeded.
func (s *scene) runs(host, program string) (started, succeeded int) {
	s.Helper()
	for _, e := range s.events() {
		switch {
		case e.Host != host || e.Program() != program:
		case e.Event == "started":
			started++
		case e.Exit != nil && farm.PackageExit(*e.Exit).Class.Succeeded():
			succeeded++
		}
	}
	return started, succeeded
}

// once requires that a program ran once, and successfully.
func (s *scene) once(host, program string) {
	s.Helper()
	started, succeeded := s.runs(host, program)
	require.Equal(s, 1, started, "%s on %s", program, host)
	require.Equal(s, 1, succeeded, "%s on %s", program, host)
}

// install is the request to install a package on a server.
func (s *scene) install(host, kb, job string) activities.PackageRequest {
	s.Helper()
	i := slices.IndexFunc(s.farm.Release.Packages, func(p farm.Package) bool { return p.KB == kb })
	require.GreaterOrEqual(s, i, 0)
	file, ok := s.farm.Release.Packages[i].File(farm.X64)
	require.True(s, ok)
	return activities.PackageRequest{
		ServerTarget: s.farm.Server(s.T, host), Job: job, Package: s.farm.Release.Packages[i], File: file,
		Directory: s.farm.Rollout.Packages.Directory,
	}
}

// installs starts a package's installer and waits for its end, as policies without a limit do.
func (s *scene) installs(r activities.PackageRequest) (ref activities.JobRef, end activities.JobEnd, failures []farm.Failure) {
	s.Helper()
	failures = s.without(call{s.acts.StartPackage, r}, r.Server.Name, &ref)
	failures = append(failures, s.without(call{s.acts.AwaitJob, ref}, r.Server.Name, &end)...)
	return ref, end, failures
}

// wizard starts the wizard on the host of Central Administration and waits for its end.
func (s *scene) wizard(job string) (end activities.JobEnd) {
	s.Helper()
	var ref activities.JobRef
	s.without(call{s.acts.StartWizard, activities.WizardRequest{
		ServerTarget: s.farm.Server(s.T, app01), Job: job, Hive: hive, Wizard: s.farm.Release.Wizard,
	}}, app01, &ref)
	s.without(call{s.acts.AwaitJob, ref}, app01, &end)
	return end
}

// hive is where SharePoint's programs lie.
const hive = `C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12`

// without repeats a call until it succeeds, however often it takes, and returns what went wrong before.
func (s *scene) without(c call, host string, answer any) (failures []farm.Failure) {
	s.Helper()
	for {
		err := s.try(c, 0, answer)
		if err == nil {
			return failures
		}
		failures = append(failures, s.failure(err, host, true))
		s.backOff()
	}
}

// backOff lets a while of the farm's time pass, as a policy does between two tries.
func (s *scene) backOff() {
	_ = s.farm.Simulator.World().Wait(s.Context(), time.Minute) // a test that ends waits no longer
}

// bootTime reads when a server booted.
func (s *scene) bootTime(host string) (at time.Time) {
	s.Helper()
	require.NoError(s, s.try(s.readBoot(host), 0, &at))
	return at
}

// restart reboots a server once.
func (s *scene) restart(host string, before time.Time) call {
	return call{s.acts.Reboot, activities.RebootRequest{ServerTarget: s.farm.Server(s.T, host), BootBefore: before}}
}

// backup is the request to back a database up.
func (s *scene) backup(database string) call {
	return call{s.acts.BackupDatabase, activities.BackupRequest{
		SQLTarget: s.farm.SQL(s.T, sql01), Database: database, File: `E:\Backup\` + database + `.bak`,
		Name: "farmhand faults", NotBefore: time.Now().Add(-time.Minute),
	}}
}

// look reads what preflight wants to know of a SQL Server.
func (s *scene) look() call { return call{s.acts.InspectSQLServer, s.farm.SQL(s.T, sql01)} }
