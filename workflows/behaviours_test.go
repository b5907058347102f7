package workflows_test

import (
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// behaviour is one way through the workflows of which histories are recorded.
type behaviour struct {
	name string
	// edits change the example's rollout, which has two servers here.
	edits []func(*farm.Rollout)
	// scene prepares the farm.
	scene func(*scene)
	// answer answers a question when it opens, once; nil approves gates.
	answer func(*desk, farm.Question)
	// watch looks at the run again and again.
	watch func(*desk, *farm.Status)
	// outcome is how the farm ends.
	outcome farm.Outcome
}

// choose answers interventions by their id as erin, and approves gates.
func choose(answers map[string]farm.Choice) func(*desk, farm.Question) {
	return func(d *desk, q farm.Question) {
		if c, ok := answers[q.ID]; ok {
			d.signal(q, "erin", c)
			return
		}
		d.signal(q, "bob", farm.ChoiceApprove)
	}
}

// frozen gives the farm a freeze that does not depend on when histories are recorded, and somebody for emergencies.
func frozen(from, to string) func(*farm.Rollout) {
	return func(r *farm.Rollout) {
		r.Freezes = []farm.Freeze{{From: from, To: to, Zone: "Europe/Berlin", Reason: "audit"}}
		r.RestoreNeeds, r.Emergency = time.Hour, []string{"frank"}
	}
}

// reminding makes the gate install remind people soon.
func reminding(r *farm.Rollout) { r.Gates[0].Remind = time.Second }

// behaviours are the ways that are recorded. The manifest beside the histories must name every one.
var behaviours = []behaviour{
	{name: "approved", outcome: farm.OutcomeCompleted},
	{
		name: "larger-farm", outcome: farm.OutcomeCompleted,
		edits: []func(*farm.Rollout){servers(largeFarm(5)...), func(r *farm.Rollout) {
			r.Gates = append(r.Gates, farm.GatePolicy{Name: farm.GateReconnect, Group: "change", Quorum: 1})
		}},
	},
	{
		name: "rejected-asked-again", outcome: farm.OutcomeCompleted,
		answer: func(d *desk, q farm.Question) {
			switch {
			case q.ID == "continue" && q.Revision == 1:
				d.signal(q, "carol", farm.ChoiceReject)
			case q.Kind == farm.QuestionIntervention:
				d.signal(q, "erin", farm.ChoiceAskAgain)
			default:
				d.signal(q, "bob", farm.ChoiceApprove)
			}
		},
	},
	{
		name: "retried", outcome: farm.OutcomeCompleted,
		scene: func(s *scene) {
			s.ends["KB951297 WFE01"] = []ending{exits(17302)}
			s.on["inspect WFE01"] = first(1, fails(farm.FailureUnreachable, "WFE01", "nobody answers"))
			s.on["backup WSS_Search"] = first(1, fails(farm.FailureBackup, "SQL01", "the backup failed"))
		},
		answer: choose(map[string]farm.Choice{"i-1": farm.ChoiceRetry, "i-2": farm.ChoiceRetry}),
	},
	{
		name: "skipped", outcome: farm.OutcomeCompletedWithExceptions,
		scene:  func(s *scene) { s.on["warm up WFE01"] = always(fails(farm.FailureNotProven, "WFE01", "500")) },
		answer: choose(map[string]farm.Choice{"i-1": farm.ChoiceSkip}),
	},
	{
		name: "verified-again", outcome: farm.OutcomeCompleted,
		scene: func(s *scene) {
			s.ends["KB951695 APP01"] = []ending{gone(false, false)}
			s.ends["wizard APP01"] = []ending{gone(true, true)}
		},
		answer: choose(map[string]farm.Choice{"i-1": farm.ChoiceVerifyAgain, "i-2": farm.ChoiceRetry, "i-3": farm.ChoiceVerifyAgain}),
	},
	{
		name: "aborted-before-no-return", outcome: farm.OutcomeAborted,
		answer: func(d *desk, q farm.Question) {
			if q.ID == "install" {
				d.order("erin", farm.ChoiceAbort)
				return
			}
			d.signal(q, "erin", farm.ChoiceStartServices)
		},
	},
	{
		name: "aborted-after-no-return", outcome: farm.OutcomeAborted,
		answer: func(d *desk, q farm.Question) {
			switch q.ID {
			case "install":
				d.signal(q, "bob", farm.ChoiceApprove)
			case "continue":
				d.order("erin", farm.ChoiceAbort)
			default:
				d.signal(q, "erin", farm.ChoiceLeaveStopped)
			}
		},
	},
	{
		name: "paused", outcome: farm.OutcomeCompleted,
		answer: func(d *desk, q farm.Question) {
			if q.ID == "install" {
				d.order("erin", farm.ChoicePause)
			}
			d.signal(q, "bob", farm.ChoiceApprove)
		},
		watch: func(d *desk, s *farm.Status) {
			if s.State == farm.RunPaused {
				d.order("dave", farm.ChoiceResume)
			}
		},
	},
	{
		name: "rebooted", outcome: farm.OutcomeCompleted,
		scene: func(s *scene) {
			s.ends["KB951695 WFE01"] = []ending{exits(3010)}
			s.ends["KB951297 APP01"] = []ending{exits(1641)}
			s.on["reboot WFE01"] = func(int) error { s.manual["WFE01/W3SVC"] = false; return nil }
		},
	},
	{
		name: "signal-before-gate", outcome: farm.OutcomeCompleted,
		watch: func(d *desk, s *farm.Status) {
			if len(s.Decisions) == 0 {
				d.decide(farm.Decision{Subject: "continue", Evidence: "0123456789abcdef", Who: "bob", Choice: farm.ChoiceApprove})
			}
		},
		answer: func(d *desk, q farm.Question) {
			d.await(func(s *farm.Status) bool { return len(s.Decisions) > 0 }) // the early one came first
			d.signal(q, "bob", farm.ChoiceApprove)
		},
	},
	{
		name: "wizard-failed-retried", outcome: farm.OutcomeCompleted,
		scene: func(s *scene) {
			s.ends["wizard APP01"] = []ending{exits(1), exits(1)}
			s.ends["wizard WFE01"] = []ending{exits(1)}
		},
		answer: choose(map[string]farm.Choice{"i-1": farm.ChoiceRetry, "i-2": farm.ChoiceRetryWithForce, "i-3": farm.ChoiceStartTimer}),
	},
	{
		name: "cancelled", outcome: farm.OutcomeAborted,
		answer: func(d *desk, q farm.Question) {
			if q.ID == "install" {
				d.cancel()
				return
			}
			d.signal(q, "erin", farm.ChoiceStartServices)
		},
	},
	{
		name: "preflight-refused", outcome: farm.OutcomeRefused,
		scene: func(s *scene) {
			s.on["inspect WFE01"] = always(fails(farm.FailureAuth, "WFE01", "the account was refused"))
		},
		answer: choose(map[string]farm.Choice{"i-1": farm.ChoiceRetry, "i-2": farm.ChoiceAbort}),
	},
	{
		name: "reminded", outcome: farm.OutcomeCompleted, edits: []func(*farm.Rollout){reminding},
		answer: func(d *desk, q farm.Question) {
			if q.ID == "install" {
				d.await(func(*farm.Status) bool { return d.scene.count("notify gate-reminder") > 1 })
			}
			d.signal(q, "bob", farm.ChoiceApprove)
		},
	},
	{
		name: "decided-by-update", outcome: farm.OutcomeCompleted,
		answer: func(d *desk, q farm.Question) {
			require.ErrorContains(d.t, d.update(q, "alice", farm.ChoiceApprove), "alice requested or carried out")
			require.NoError(d.t, d.update(q, "bob", farm.ChoiceApprove))
		},
	},
	{
		name: "quorum-of-two", outcome: farm.OutcomeCompleted,
		edits: []func(*farm.Rollout){func(r *farm.Rollout) { r.Gates[1].Quorum = 2 }},
		answer: func(d *desk, q farm.Question) {
			d.signal(q, "bob", farm.ChoiceApprove)
			d.signal(q, "carol", farm.ChoiceApprove)
		},
	},
	{
		name: "farm-busy", outcome: farm.OutcomeCompleted,
		answer: func(d *desk, q farm.Question) {
			if q.ID == "install" {
				require.Equal(d.t, farm.OutcomeRefused, d.second().Outcome)
			}
			d.signal(q, "bob", farm.ChoiceApprove)
		},
	},
	{
		name: "window-open", outcome: farm.OutcomeCompleted,
		edits: []func(*farm.Rollout){frozen("2020-01-01 00:00", "2021-01-01 00:00")},
	},
	{
		name: "window-overridden", outcome: farm.OutcomeCompleted,
		edits: []func(*farm.Rollout){frozen("2020-01-01 00:00", "2120-01-01 00:00")},
		answer: func(d *desk, q farm.Question) {
			if q.ID == "i-1" {
				d.order("frank", farm.ChoiceOverride)
				d.signal(q, "erin", farm.ChoiceRetry)
				return
			}
			d.signal(q, "bob", farm.ChoiceApprove)
		},
	},
	{
		name: "webhook-broken", outcome: farm.OutcomeCompleted,
		scene: func(s *scene) {
			s.on["notify gate-opened"] = always(activities.Fail(farm.Failure{Kind: farm.FailureConfig, Server: "webhook", Message: "no such reference"}))
		},
	},
	{
		name: "escalated", outcome: farm.OutcomeCompleted,
		edits: []func(*farm.Rollout){gates(
			farm.GatePolicy{Name: farm.GateStart},
			farm.GatePolicy{Name: farm.GateInstall, Escalate: farm.Escalation{After: time.Second, Group: "leads"}},
			farm.GatePolicy{Name: farm.GateContinue},
		)},
		answer: func(d *desk, q farm.Question) {
			who := "bob"
			if q.ID == "install" {
				d.await(func(s *farm.Status) bool { return !s.Question("install").Wait.Escalated.IsZero() })
				who = "frank"
			}
			d.signal(q, who, farm.ChoiceApprove)
		},
	},
	{
		name: "expired", outcome: farm.OutcomeCompleted,
		edits: []func(*farm.Rollout){gates(
			farm.GatePolicy{Name: farm.GateInstall, Expire: farm.Expiry{After: time.Second, Then: farm.ExpiryReject}},
			farm.GatePolicy{Name: farm.GateContinue, Expire: farm.Expiry{After: time.Second, Then: farm.ExpiryHold}},
		)},
		answer: func(d *desk, q farm.Question) {
			switch {
			case q.Kind == farm.QuestionIntervention && q.Failure.Kind == farm.FailureRejected:
				d.signal(q, "erin", farm.ChoiceAskAgain)
			case q.Kind == farm.QuestionIntervention: // continue is held, and bob decides it after all
				d.signal(*d.status().Question("continue"), "bob", farm.ChoiceApprove)
			case q.ID == "install" && q.Revision > 1:
				d.signal(q, "bob", farm.ChoiceApprove)
			}
		},
	},
	{
		name: "signed", outcome: farm.OutcomeCompleted,
		edits: []func(*farm.Rollout){func(r *farm.Rollout) {
			r.Groups[0].Members[0].SSHKey, r.Gates[0].RequireSignatures = penOf(1).line(), true
		}},
		answer: func(d *desk, q farm.Question) {
			dec := farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "bob", Choice: farm.ChoiceApprove, Reason: "because"}
			d.decide(dec) // changes nothing
			dec.Signature = penOf(1).sign(d.t, d.status().Statement(dec), farm.SignatureNamespace)
			d.decide(dec)
		},
	},
	{
		name: "detached-job-re-attached", outcome: farm.OutcomeCompleted,
		scene: func(s *scene) { // the worker loses the server while jobs run there, and follows them again by their ids
			s.on["await WFE01"] = first(2, fails(farm.FailureUnreachable, "WFE01", "nobody answers"))
			s.on["await APP01"] = first(1, fails(farm.FailureRebooting, "APP01", "it is coming up"))
		},
	},
}
