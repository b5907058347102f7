package activities_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

const hive = `C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12`

// installed is a farm whose servers have both packages, as it stands before the wizard.
func installed(o *simulator.Options) {
	for _, s := range o.Rollout.Farms[0].Servers {
		o.Twin.Servers = append(o.Twin.Servers, simulator.TwinServer{Name: s.Name, Installed: []string{wss, office}})
	}
}

// configure runs the wizard on Central Administration's host to its end and reads its logs.
func (w *twin) configure(job string) (activities.JobEnd, farm.WizardLogs) {
	w.Helper()
	mark := do[activities.LogMark](w, w.acts.MarkLogs, activities.MarkRequest{ServerTarget: w.server(app01), Hive: hive})
	r := activities.WizardRequest{ServerTarget: w.server(app01), Job: job, Hive: hive, Wizard: w.options.Release.Wizard}
	ref := do[activities.JobRef](w, w.acts.StartWizard, r)
	require.Equal(w, ref, do[activities.JobRef](w, w.acts.StartWizard, r))
	end := do[activities.JobEnd](w, w.acts.AwaitJob, ref)
	logs := activities.WizardLogsRequest{ServerTarget: w.server(app01), Job: job, Mark: mark}
	read := do[farm.WizardLogs](w, w.acts.ReadWizardLogs, logs)
	require.Equal(w, read, do[farm.WizardLogs](w, w.acts.ReadWizardLogs, logs))
	return end, read
}

// usersOff stops W3SVC on the front-end Web servers, and the Project services on the application servers.
func (w *twin) usersOff() {
	w.Helper()
	for server, names := range map[string][]string{
		app01: {"MSProjectServerQueue12", "MSProjectServerEvents12"}, app02: {"MSProjectServerQueue12", "MSProjectServerEvents12"},
		wfe01: {farm.ServiceWebPublishing}, wfe02: {farm.ServiceWebPublishing},
	} {
		for _, name := range names {
			do[farm.ServiceState](w, w.acts.StopService, activities.StopRequest{ServerTarget: w.server(server), Name: name, StartMode: farm.StartManual})
		}
	}
}

func TestTheWizardRunsOnce(t *testing.T) {
	w := newTwin(t, installed)
	w.usersOff()
	stsadm := activities.WizardRequest{ServerTarget: w.server(app01), Job: "run-status-1", Hive: hive, Wizard: w.options.Release.Wizard}
	before := do[farm.WitnessResult](w, w.acts.LocalUpgradeStatus, stsadm)
	require.Equal(t, farm.WitnessLocalStatus, before.Witness)

	end, logs := w.configure("run-wizard-1")
	require.Zero(t, end.Exit)
	require.False(t, end.Gone)
	require.True(t, logs.Succeeded)
	require.True(t, logs.Completed)
	require.True(t, logs.UpgradeFinished)
	require.True(t, logs.UpgradeLogClean())
	require.Positive(t, logs.UpgradeNew, "the mark hid today's lines")
	require.Zero(t, logs.Unsuccessful)
	w.requireOnce(app01, "psconfig")
	require.Contains(t, w.events(app01, "started", "psconfig")[0].Text, "-cmd upgrade -inplace b2b -wait")
	require.NotContains(t, w.events(app01, "started", "psconfig")[0].Text, "-force")
	require.Equal(t, "CLEAN_INSTALL", w.detect(app01).SetupType)

	for range 2 {
		after := do[farm.WitnessResult](w, w.acts.LocalUpgradeStatus, stsadm)
		require.True(t, after.Agrees, after.Says)
		require.False(t, after.Mandatory)
	}
	require.Empty(t, w.events(app01, "damage", ""))
}

func TestAWizardThatFails(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		installed(o)
		o.Twin.Faults = []world.Fault{{Host: app01, Step: "wizard", Kind: "fail", Text: "Access to the path 'C:\\Inetpub\\wss' is denied."}}
	})
	w.usersOff()
	end, logs := w.configure("run-wizard-1")
	require.Equal(t, 1, end.Exit)
	require.False(t, end.Gone)
	require.NotEmpty(t, end.Tail)
	require.True(t, logs.Failed)
	require.False(t, logs.Succeeded)
	require.False(t, logs.UpgradeLogClean())
	require.Contains(t, strings.Join(logs.UpgradeLines, "\n"), "is denied")
	require.Equal(t, "access denied", farm.RecogniseFailure(logs.UpgradeLines)[0].Name)

	end, logs = w.configure("run-wizard-2") // a person decided
	require.Zero(t, end.Exit)
	require.True(t, logs.Succeeded)
	require.True(t, logs.UpgradeLogClean(), "the lines of the first try lie before the mark: %v", logs.UpgradeLines)
}

func TestProcessesOfTheWizard(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		installed(o)
		o.Twin.Holds = []world.Hold{{Host: app01, Step: "wizard"}}
	})
	w.usersOff()
	require.Empty(t, do[activities.WizardGround](w, w.acts.LookBeforeWizard, w.server(app01)).Wizards)
	ref := do[activities.JobRef](w, w.acts.StartWizard, activities.WizardRequest{ServerTarget: w.server(app01), Job: "run-wizard-1", Hive: hive, Wizard: w.options.Release.Wizard, Force: true})
	w.await(app01, "held", "wizard")
	found := do[activities.WizardGround](w, w.acts.LookBeforeWizard, w.server(app01)).Wizards
	require.Len(t, found, 1)
	require.Contains(t, found[0], "psconfig.exe")
	require.Contains(t, w.events(app01, "started", "psconfig")[0].Text, "-force")
	w.sim.World().Release(app01, "wizard")
	require.Zero(t, do[activities.JobEnd](w, w.acts.AwaitJob, ref).Exit)
	require.Empty(t, do[activities.WizardGround](w, w.acts.LookBeforeWizard, w.server(app01)).Wizards)
}

// A real Upgrade.log gains megabytes; the line that counts may be the last.
func TestALongUpgradeLog(t *testing.T) {
	w := newTwin(t, nil)
	mark := do[activities.LogMark](w, w.acts.MarkLogs, activities.MarkRequest{ServerTarget: w.server(app01), Hive: hive})
	require.Positive(t, mark.UpgradeLog)
	const usual = "[SPWebTemplateSequence] [DEBUG] [7/22/2008 9:20:31 PM]: Template STS#0: Activating site-collection-scoped features...\r\n"
	const failed = "[SPManager] [ERROR] [7/22/2008 9:31:47 PM]: Upgrade [SPSearchDatabase Name=WSS_Search] failed.\r\n"
	lines := (5 << 18) / len(usual) // more than one part
	w.write(app01, hive+`\LOGS\Upgrade.log`, strings.Repeat(usual, lines)+failed)
	logs := do[farm.WizardLogs](w, w.acts.ReadWizardLogs, activities.WizardLogsRequest{ServerTarget: w.server(app01), Job: "run-none-1", Mark: mark})
	require.Equal(t, lines+1, logs.UpgradeNew)
	require.False(t, logs.UpgradeLogClean())
	require.Len(t, logs.UpgradeLines, 1)

	mark.UpgradeLog += 100 << 20 // as if an administrator had moved the log away meanwhile
	logs = do[farm.WizardLogs](w, w.acts.ReadWizardLogs, activities.WizardLogsRequest{ServerTarget: w.server(app01), Job: "run-none-1", Mark: mark})
	require.False(t, logs.UpgradeLogClean(), "a log that began anew is read from its beginning")
}

func TestThereIsNoWizardLogYet(t *testing.T) {
	w := newTwin(t, nil)
	r := activities.MarkRequest{ServerTarget: w.server(app01), Hive: `C:\nowhere`}
	mark := do[activities.LogMark](w, w.acts.MarkLogs, r)
	require.Zero(t, mark.UpgradeLog)
	require.False(t, mark.Since.IsZero())
	logs := do[farm.WizardLogs](w, w.acts.ReadWizardLogs, activities.WizardLogsRequest{ServerTarget: w.server(app01), Job: "run-none-1", Mark: mark})
	require.Equal(t, farm.WizardLogs{}, logs)
}

// write appends to a file of a simulated server.
func (w *twin) write(server, path, text string) {
	w.Helper()
	require.NoError(w, w.sim.World().Update(func(tx *world.Tx) error { return windows.AppendFile(tx, server, path, []byte(text)) }))
}
