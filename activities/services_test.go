package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

const queueService, eventsService = "MSProjectServerQueue12", "MSProjectServerEvents12"

func TestServices(t *testing.T) {
	w := newTwin(t, nil)
	web := activities.ServiceRequest{ServerTarget: w.server(wfe01), Names: []string{farm.ServiceWebPublishing}}
	before := do[[]farm.ServiceState](w, w.acts.ReadServices, web)
	require.Len(t, before, 1)
	require.True(t, before[0].Running)
	require.Equal(t, farm.StartAutomatic, before[0].StartMode)

	w.part("a service that is not there is left out", func(t *testing.T) {
		r := web
		r.Names = []string{"NoSuchService", farm.ServiceTimer, farm.ServiceWebPublishing}
		found := do[[]farm.ServiceState](w, w.acts.ReadServices, r)
		require.Len(t, found, 2)
		require.Equal(t, farm.ServiceTimer, found[0].Name)
	})
	w.part("stop twice", func(t *testing.T) {
		r := activities.StopRequest{ServerTarget: w.server(wfe01), Name: farm.ServiceWebPublishing, StartMode: farm.StartManual, Step: farm.StepStopWebPublishing}
		for range 2 {
			s := do[farm.ServiceState](w, w.acts.StopService, r)
			require.False(t, s.Running)
			require.Equal(t, farm.StartManual, s.StartMode)
		}
		require.Len(t, w.events(wfe01, "service-stopped", farm.ServiceWebPublishing), 1)
		require.Len(t, w.events(wfe01, "service-start-mode", farm.ServiceWebPublishing), 1)
	})
	w.part("restore twice", func(t *testing.T) {
		r := activities.RestoreRequest{ServerTarget: w.server(wfe01), State: before[0]}
		for range 2 {
			require.Equal(t, before[0], do[farm.ServiceState](w, w.acts.RestoreService, r))
		}
		require.Len(t, w.events(wfe01, "service-started", farm.ServiceWebPublishing), 1)
	})
	w.part("a service that was stopped stays stopped", func(t *testing.T) {
		state := do[farm.ServiceState](w, w.acts.StopService, activities.StopRequest{ServerTarget: w.server(wfe02), Name: farm.ServiceWebPublishing, StartMode: farm.StartManual})
		require.Equal(t, state, do[farm.ServiceState](w, w.acts.RestoreService, activities.RestoreRequest{ServerTarget: w.server(wfe02), State: state}))
		require.Empty(t, w.events(wfe02, "service-started", farm.ServiceWebPublishing))
	})
	w.part("start twice", func(t *testing.T) {
		r := activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{farm.ServiceTimer}}
		do[farm.ServiceState](w, w.acts.StopService, activities.StopRequest{ServerTarget: w.server(app01), Name: farm.ServiceTimer, StartMode: farm.StartAutomatic})
		for range 2 {
			s := do[[]farm.ServiceState](w, w.acts.StartService, r)
			require.Len(t, s, 1)
			require.True(t, s[0].Running)
		}
		require.Len(t, w.events(app01, "service-started", farm.ServiceTimer), 1)
	})
	w.part("a service that is missing", func(t *testing.T) {
		_, err := try[farm.ServiceState](w, w.acts.StopService, activities.StopRequest{ServerTarget: w.server(wfe01), Name: "NoSuchService", StartMode: farm.StartManual, Step: farm.StepStopWebPublishing})
		f := w.requireFailure(err, farm.FailureNotFound, wfe01, false)
		require.Contains(t, f.Message, "NoSuchService")
		require.Equal(t, farm.StepStopWebPublishing, f.Step)
		_, err = try[farm.ServiceState](w, w.acts.RestoreService, activities.RestoreRequest{ServerTarget: w.server(wfe01), State: farm.ServiceState{Name: "NoSuchService", StartMode: farm.StartManual}})
		w.requireFailure(err, farm.FailureNotFound, wfe01, false)
		_, err = try[[]farm.ServiceState](w, w.acts.StartService, activities.ServiceRequest{ServerTarget: w.server(wfe01), Names: []string{"NoSuchService"}})
		w.requireFailure(err, farm.FailureNotFound, wfe01, false)
	})
	w.part("a service that is disabled does not start", func(t *testing.T) {
		r := activities.StopRequest{ServerTarget: w.server(app02), Name: queueService, StartMode: farm.StartDisabled}
		do[farm.ServiceState](w, w.acts.StopService, r)
		_, err := try[[]farm.ServiceState](w, w.acts.StartService, activities.ServiceRequest{ServerTarget: w.server(app02), Names: []string{queueService}})
		w.requireFailure(err, farm.FailureCommand, app02, false)
	})
}

func TestProjectServices(t *testing.T) {
	w := newTwin(t, nil)
	r := activities.ProjectServiceRequest{ServerTarget: w.server(app01)}
	found := do[[]farm.ServiceState](w, w.acts.FindProjectServices, r)
	require.Len(t, found, 2)
	require.ElementsMatch(t, []string{queueService, eventsService}, []string{found[0].Name, found[1].Name})
	require.True(t, found[0].Running)

	w.part("none is an answer", func(t *testing.T) {
		require.Empty(t, do[[]farm.ServiceState](w, w.acts.FindProjectServices, activities.ProjectServiceRequest{ServerTarget: w.server(wfe01)}))
	})
	w.part("more than one match is ambiguous", func(t *testing.T) {
		require.NoError(t, w.sim.World().Update(func(tx *world.Tx) error {
			windows.PutService(tx, app01, windows.Service{Name: "Second", Display: "Microsoft Office Project Server Queue Service", Start: windows.Manual,
				Path: `"D:\Old\Microsoft.Office.Project.Server.Queuing.exe"`})
			return nil
		}))
		_, err := try[[]farm.ServiceState](w, w.acts.FindProjectServices, r)
		w.requireFailure(err, farm.FailureAmbiguous, app01, false)
		r.Names.ProjectQueue = queueService
		require.Len(t, do[[]farm.ServiceState](w, w.acts.FindProjectServices, r), 2)
	})
}
