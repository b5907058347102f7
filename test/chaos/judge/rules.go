package judge

import "fmt"

// Rule is one rule of the article, or a promise that the update makes to those who depend on it.
type Rule string

// The rules. Where the article is named, it is "Deploy the infrastructure update for Office Project Server 2007".
const (
	PackageOrder    Rule = "package order"    // on each server one package after the other (installation steps 1 and 2)
	Barrier         Rule = "barrier"          // no wizard before every package is on every server (installation step 3)
	OneWizard       Rule = "one wizard"       // only one computer at a time may run the wizard (step 12's note)
	WizardOrder     Rule = "wizard order"     // Central Administration, then application, then front-end Web servers (step 14)
	UsersOff        Rule = "users off"        // World Wide Web Publishing stopped on all Web servers all the while (step 1)
	ProjectServices Rule = "Project services" // stopped on application servers before the wizard (step 9)
	Backup          Rule = "backup"           // every database, before the first package ("Before you begin")
	Approval        Rule = "approval"         // people approve before what they were asked about begins
	Decision        Rule = "decision"         // nothing runs again unless a person said so
	Once            Rule = "once"             // nothing runs twice at once, or again after it succeeded
	Restored        Rule = "restored"         // services are as they were, or people are told (step 15)
	LeftBehind      Rule = "left behind"      // no task and no folder stays on a server, or people are told
	Damage          Rule = "damage"           // the simulated farm took no harm that no power cut explains
	ByHand          Rule = "by hand"          // on a server of people nothing is run for them
	Window          Rule = "window"           // nothing begins outside a window or in a freeze, unless overridden
	Waves           Rule = "waves"            // farms begin in their order, within limits and failure budgets
	Outcome         Rule = "outcome"          // the result says what happened
	Secrets         Rule = "secrets"          // no password anywhere
)

// Broken is a rule that was broken.
type Broken struct {
	Rule Rule
	// Says what happened, with the number of the journal's event where there is one.
	Says string
}

// String is one line.
func (b Broken) String() string { return string(b.Rule) + ": " + b.Says }

// verdict gathers what is found.
type verdict []Broken

func (v *verdict) broken(r Rule, format string, args ...any) {
	*v = append(*v, Broken{r, fmt.Sprintf(format, args...)})
}

// Judge applies every rule and returns those that were broken, in the order of the rules.
func Judge(e Evidence) []Broken {
	var v verdict
	for _, rule := range []func(*verdict){
		e.packageOrder, e.barrier, e.oneWizard, e.wizardOrder, e.usersOff, e.turnedAway, e.projectServices, e.backups,
		e.windows, e.approvals, e.decided, e.once, e.byHand, e.restored, e.leftBehind, e.damage, e.outcomes, e.secrets,
	} {
		rule(&v)
	}
	return v
}
