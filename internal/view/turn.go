package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// PlannedTurn is when a farm's turn comes in a rollout of several farms: estimates without the waits for people and windows.
type PlannedTurn struct {
	Wave  string `json:"wave"`
	Place int    `json:"place"` // of the wave, from 1
	Waves int    `json:"waves"`
	Site  string `json:"site"`
	// After is the time from the start of the rollout to that of the farm; Rollout is how long the whole rollout takes.
	After   Seconds `json:"after_seconds"`
	Rollout Seconds `json:"rollout_seconds"`
	// AtOnce are the limits that may hold the farm up.
	AtOnce farm.TurnLimits `json:"at_once,omitzero"`
}

// InTurn returns the plan with the turn of its farm; a farm that is alone in its rollout has none.
func (v Plan) InTurn(f farm.Farm, turns farm.Turns) Plan {
	turn, ok := turns.Farms[f.Name]
	if !ok || len(turns.Farms) < 2 {
		return v
	}
	v.Turn = &PlannedTurn{
		Wave: turn.Wave, Place: turn.Place, Waves: turn.Waves, Site: f.Site, After: secondsOf(turn.After), Rollout: secondsOf(turns.Takes), AtOnce: turn.AtOnce,
	}
	return v
}

// screen prints the turn of a plan.
func (t *PlannedTurn) screen(p *printer) {
	if t == nil {
		return
	}
	when := "starts with the rollout"
	if t.After > 0 {
		when = "starts " + t.After.about() + " after the rollout"
	}
	p.text(MarkNone, fmt.Sprintf("wave %s, %d of %d: %s, which takes %s without the waits for people and windows", t.Wave, t.Place, t.Waves, when, t.Rollout.about()))
	var limits []string
	for _, l := range []struct {
		farms int
		of    string
	}{{t.AtOnce.Wave, "of the wave"}, {t.AtOnce.Site, "of site " + t.Site}, {t.AtOnce.Rollout, "of the rollout"}} {
		if l.farms > 0 {
			limits = append(limits, farm.Count(l.farms)+" "+l.of)
		}
	}
	if len(limits) > 0 {
		p.text(MarkNone, "at once: at most "+strings.Join(limits, ", "))
	}
}

// Starts is when the plan's farm has its turn if the rollout is started at a moment.
func (v Plan) Starts(now time.Time) time.Time {
	if v.Turn == nil {
		return now
	}
	return now.Add(time.Duration(v.Turn.After) * time.Second)
}
