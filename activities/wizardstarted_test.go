package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// A wizard that somebody runs while packages are installed shows where packages are looked for.
func TestDetectionSeesAWizard(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Holds = []world.Hold{{Host: app01, Step: "wizard"}}
		for _, s := range []string{app01, app02, wfe01, wfe02} {
			o.Twin.Servers = append(o.Twin.Servers, simulator.TwinServer{Name: s, Installed: []string{wss, office}})
		}
	})
	require.Empty(t, w.detect(app01).Wizards)
	do[activities.JobRef](w, w.acts.StartWizard, activities.WizardRequest{ServerTarget: w.server(app01), Job: "run-wizard-1", Hive: hive, Wizard: w.options.Release.Wizard})
	w.await(app01, "held", "wizard")
	found := w.detect(app01)
	require.Len(t, found.Wizards, 1)
	require.Contains(t, found.Wizards[0], "psconfig.exe")
	require.Empty(t, w.detect(app02).Wizards)
}

// On a server with Windows SharePoint Services alone the Office package does not apply: its exit code and the registry
// say the same.
func TestAServerWithoutOfficeProducts(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Servers = []simulator.TwinServer{{Name: wfe02, WSSOnly: true}}
	})
	require.False(t, w.detect(wfe02).Packages[0].Foreign)
	end := do[activities.JobEnd](w, w.acts.AwaitJob, do[activities.JobRef](w, w.acts.StartPackage, w.pkg(wfe02, office, "run-install-1")))
	require.Equal(t, 17028, end.Exit)
	require.Equal(t, 17028, *end.Log.Result)
	found := w.detect(wfe02).Packages[1]
	require.True(t, found.Foreign)
	require.False(t, found.Installed)
	require.True(t, found.Proven())
}
