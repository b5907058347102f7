package activities

import (
	"context"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// timerProcess is the program of SPTimerV3, in which an upgrade runs.
const timerProcess = "owstimer.exe"

// WizardGround is what a server shows to a wizard that is about to start somewhere in its farm.
type WizardGround struct {
	// Wizards are configuration wizards that live, with their process ids: none may.
	Wizards []string `json:"wizards,omitempty"`
	// Timer is set when the timer service's process lives.
	Timer bool `json:"timer"`
}

// LookBeforeWizard looks at a server's processes: one call answers whether a wizard lives there, and whether
// the timer service does.
func (a *Activities) LookBeforeWizard(ctx context.Context, t ServerTarget) (WizardGround, error) {
	h, err := a.host(t)
	if err != nil {
		return WizardGround{}, err
	}
	_, stop := keepBeating(ctx, "looking for processes of the wizard")
	defer stop()
	g, err := lookBeforeWizard(ctx, h)
	return g, fail(t.Server.Name, farm.StepRunWizard, err)
}

func lookBeforeWizard(ctx context.Context, h *winhost.Host) (WizardGround, error) {
	records, err := h.Script(ctx, scripts.Processes, nil, nil)
	if err != nil {
		return WizardGround{}, err
	}
	return wizardGround(records), nil
}

// wizardGround reads the answer of processes.ps1.
func wizardGround(records []scripts.Record) WizardGround {
	var g WizardGround
	for _, r := range records {
		if r.Kind != "process" {
			continue
		}
		image := strings.ToLower(r.Get("image"))
		g.Timer = g.Timer || image == timerProcess
		if strings.HasPrefix(image, "psconfig") {
			g.Wizards = append(g.Wizards, r.Get("image")+" "+r.Get("pid"))
		}
	}
	return g
}
