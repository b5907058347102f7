package notify

import (
	"time"

	"farmhand/internal/farm"
)

// Sample is an event as it may come, with everything in it that it ever has. Templates are tried with it.
func Sample(event farm.Event) farm.Notification {
	n := farm.Notification{
		Event: event, Rollout: "2026-11-infrastructure-update", Farm: "contoso-pwa", Site: "default",
		At: time.Date(2026, 11, 28, 22, 10, 0, 0, time.UTC),
	}
	switch event {
	case farm.EventRolloutStarted, farm.EventWaveStarted, farm.EventRolloutEnded, farm.EventTest:
		n.Farm, n.Site = "", ""
	default:
		n.Phase = farm.PhaseVerifyCentral
	}
	switch event {
	case farm.EventGateOpened, farm.EventGateReminder, farm.EventGateRenewed, farm.EventGateEscalated, farm.EventGateExpired:
		n.Ask(shown(farm.Question{
			ID: string(farm.GateContinue), Kind: farm.QuestionGate, Title: "Central Administration is up to date: continue with the other servers",
			Facts:   []farm.Fact{{Label: "APP01", Text: "12.0.6318.5000, all witnesses agree"}, {Label: "users", Text: "off for 1h12m"}},
			Choices: []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject}, Members: []string{"bob", "carol"},
		}))
	case farm.EventTaskOpened:
		n.Ask(shown(farm.Question{
			ID: "task-balancer", Kind: farm.QuestionTask, Title: "balancer, before disconnect-users",
			Facts:   []farm.Fact{{Label: "do", Text: "take pwa.contoso.com out of the load balancer"}},
			Choices: []farm.Choice{farm.ChoiceDone, farm.ChoiceAbort}, Advised: farm.ChoiceDone, Members: []string{"erin"},
		}))
	case farm.EventInterventionOpened:
		n.Ask(shown(farm.Question{
			ID: "i-1", Kind: farm.QuestionIntervention, Title: "package-failed APP02",
			Facts:   []farm.Fact{{Label: "what", Text: "KB951297 ended with 17302: no disk space"}, {Label: "users", Text: "off for 1h12m"}},
			Choices: []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, Advised: farm.ChoiceRetry, Members: []string{"dave"},
			Failure: &farm.Failure{Server: "APP02", Advice: "make room on the system drive, then retry"},
		}))
	case farm.EventWindowAwaited, farm.EventWindowMissed, farm.EventWindowAtRisk, farm.EventWindowClosed:
		n.Subject, n.Title = "window", windowTitles[event]
		n.Facts = []farm.Fact{{Label: "window", Text: "Sat 22:00 to Sun 06:00 Europe/Berlin"}}
		n.Commands = []string{"starter status contoso-pwa"}
	case farm.EventFarmStarted:
		n.Title = "contoso-pwa: the update to infrastructure-update begins"
		n.Facts, n.Commands = []farm.Fact{{Label: "change", Text: "CHG-4711"}}, []string{"starter watch contoso-pwa"}
	case farm.EventFarmEnded:
		n.Title, n.Outcome = "contoso-pwa completed-with-exceptions", farm.OutcomeCompletedWithExceptions
		n.Facts = []farm.Fact{{Label: "exception", Text: "verify-farm WFE02: left out by dave"}}
		n.Commands = []string{"starter report contoso-pwa"}
	case farm.EventRolloutStarted:
		n.Title = "2026-11-infrastructure-update begins: 40 farms"
		n.Facts, n.Commands = []farm.Fact{{Label: "change", Text: "CHG-4711"}}, []string{"starter watch 2026-11-infrastructure-update"}
	case farm.EventWaveStarted:
		n.Subject, n.Title = "europe", "wave europe begins: 12 farms"
		n.Facts, n.Commands = []farm.Fact{{Label: "canary", Text: "berlin"}}, []string{"starter watch 2026-11-infrastructure-update"}
	case farm.EventRolloutEnded:
		n.Title, n.Outcome = "2026-11-infrastructure-update completed", farm.OutcomeCompleted
		n.Facts, n.Commands = []farm.Fact{{Label: "farms", Text: "40 completed"}}, []string{"starter report 2026-11-infrastructure-update"}
	case farm.EventTest:
		n.Title = "This is a test: nothing happens."
		n.Facts = []farm.Fact{{Label: "worker of site", Text: "default"}}
	}
	return n
}

var windowTitles = map[farm.Event]string{
	farm.EventWindowAwaited: "waits for the window Sat 22:00 to Sun 06:00 Europe/Berlin",
	farm.EventWindowMissed:  "the window Sat 22:00 to Sun 06:00 Europe/Berlin is given up: users are connected again",
	farm.EventWindowAtRisk:  "window at risk: what is left needs until 07:10",
	farm.EventWindowClosed:  "the window Sat 22:00 to Sun 06:00 Europe/Berlin has closed; the update finishes forward, for there is no safe place to stop",
}

// bareSample is an event with nothing that it may lack.
func bareSample(event farm.Event) farm.Notification {
	return farm.Notification{Event: event, Rollout: "r", Farm: "f", Title: "t", At: time.Unix(0, 0)}
}

// shown is a question as it is asked, with its digest.
func shown(q farm.Question) farm.Question {
	q.Show(q.Facts)
	return q
}
