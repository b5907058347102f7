package view_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// TestManyFarmsAtAGateAreFolded: thirty farms wait at once, and the screen still fits; who needs an operator comes first.
func TestManyFarmsAtAGateAreFolded(t *testing.T) {
	w := farm.Wave{Name: "all", MaxParallel: 30}
	r := farm.Rollout{ID: "many", MaxParallel: 30}
	for i := range 30 {
		w.Farms = append(w.Farms, fmt.Sprintf("farm-%02d", i))
		r.Farms = append(r.Farms, farm.Farm{Name: w.Farms[i], Site: "emea"})
	}
	r.Waves = []farm.Wave{w}
	s := farm.NewRolloutStatus(r, false)
	s.Started = night
	var farms []farm.Status
	for i, name := range w.Farms {
		one := waiting(contoso)
		if i == 29 {
			one = stuck(contoso)
		}
		farms = append(farms, renamed(one, name))
		s.Handle(name).State = farm.RunRunning
	}
	var b bytes.Buffer
	require.NoError(t, view.Screen(&b, view.FromRollout(s, farms, at(130)), view.Style{}))
	screen := b.String()
	require.Less(t, strings.Count(screen, "\n"), 45, screen)
	require.Less(t, strings.Index(screen, "farm-29"), strings.Index(screen, "farm-00"), screen)
	require.Equal(t, 4, strings.Count(screen, "starter approve"), screen)
	require.Contains(t, screen, "and 17 farms more that need people")
	require.Contains(t, screen, "starter gates")
}
