package workflows

import (
	"fmt"
	"strings"
	"time"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// serverWitnesses are the witnesses that a server's own state gives (domain.md A.3).
func serverWitnesses(at time.Time, rel farm.Release, f farm.ServerFacts) []farm.WitnessResult {
	setup := farm.WitnessResult{Witness: farm.WitnessSetupType, Mandatory: true, At: at, Says: f.SetupType}
	setup.Agrees = strings.EqualFold(f.SetupType, "CLEAN_INSTALL")

	packages := farm.WitnessResult{Witness: farm.WitnessPackages, Mandatory: true, Agrees: len(f.Packages) > 0, At: at}
	var says []string
	for _, p := range f.Packages {
		packages.Agrees = packages.Agrees && p.Proven()
		says = append(says, p.KB+": "+p.Evidence)
	}
	packages.Says = strings.Join(says, "; ")

	services := farm.WitnessResult{Witness: farm.WitnessServices, Mandatory: true, Agrees: true, At: at}
	says = nil
	for _, name := range []string{farm.ServiceTimer, farm.ServiceAdministration} {
		s, ok := f.Service(name)
		services.Agrees = services.Agrees && ok && s.Running
		word := "stopped"
		if s.Running {
			word = "running"
		}
		says = append(says, name+" "+word)
	}
	services.Says = strings.Join(says, ", ")
	return append([]farm.WitnessResult{setup, packages, services}, levelWitnesses(at, rel, f)...)
}

// wizardWitnesses are the witnesses that the wizard's own run gives.
func wizardWitnesses(at time.Time, exit *int, l farm.WizardLogs) []farm.WitnessResult {
	code := farm.WitnessResult{Witness: farm.WitnessExitCode, Mandatory: true, At: at, Says: "none"}
	if exit != nil {
		code.Agrees, code.Says = *exit == 0, fmt.Sprint(*exit)
	}
	console := farm.WitnessResult{
		Witness: farm.WitnessConsole, Mandatory: true, At: at, Agrees: l.Succeeded && !l.Failed && l.Unsuccessful == 0,
		Says: fmt.Sprintf("%d settings run, %d unsuccessful", l.Run, l.Unsuccessful),
	}
	// The closing line of 12.0's Upgrade.log is remembered and not printed anywhere: a log without it is
	// no failure, a log that tells of one is.
	log := farm.WitnessResult{
		Witness: farm.WitnessUpgradeLog, Mandatory: true, At: at, Agrees: l.UpgradeLogClean(),
		Says: fmt.Sprintf("%d new lines, %d failed", l.UpgradeNew, max(len(l.UpgradeLines), l.Errors)),
	}
	diagnostics := farm.WitnessResult{
		Witness: farm.WitnessDiagnostics, At: at, Agrees: true,
		Says: fmt.Sprintf("%d ERR lines, quoted and not judged", len(l.Diagnostics)),
	}
	return []farm.WitnessResult{code, console, log, diagnostics}
}

// lookedAtAgain are the witnesses of a wizard that left no good exit code, or was finished by hand: its
// newest diagnostic log must end with a success, and the last session of Upgrade.log without errors.
func lookedAtAgain(at time.Time, l farm.WizardLogs) []farm.WitnessResult {
	diagnostics := farm.WitnessResult{Witness: farm.WitnessDiagnostics, Mandatory: true, At: at, Agrees: l.Completed || l.Succeeded, Says: "no run that ended with a success"}
	if diagnostics.Agrees {
		diagnostics.Says = "a run ended with a success"
	}
	log := farm.WitnessResult{
		Witness: farm.WitnessUpgradeLog, Mandatory: true, At: at, Agrees: l.UpgradeLogClean(),
		Says: fmt.Sprintf("%d new lines, %d failed", l.UpgradeNew, max(len(l.UpgradeLines), l.Errors)),
	}
	return []farm.WitnessResult{diagnostics, log}
}

// databaseWitness compares the databases' VERSIONS with what the release expects. Project databases are
// mandatory (the article); a SharePoint database without a Versions table has no opinion.
func databaseWitness(at time.Time, server string, found []activities.DatabaseVersion, project map[string]bool, want farm.Expected) farm.WitnessResult {
	w := farm.WitnessResult{Witness: farm.WitnessDatabases, Mandatory: true, Agrees: true, At: at}
	ok, bad := 0, []string(nil)
	for _, d := range found {
		expected, is := want.SharePointDatabases, project[strings.ToLower(d.Database)]
		if is {
			expected = want.ProjectDatabases
		}
		switch {
		case !want.Reached(is, d.Version):
			bad = append(bad, fmt.Sprintf("%s is at %s and not at %s", d.Database, orNone(d.Raw), expected))
		case !d.Version.IsZero():
			ok++
		}
	}
	w.Agrees = len(bad) == 0
	w.Says = fmt.Sprintf("%s: %d databases at the expected version", server, ok)
	if len(bad) > 0 {
		w.Says += "; " + strings.Join(bad, "; ")
	}
	return w
}

func orNone(s string) string {
	if s == "" {
		return "no version"
	}
	return s
}

// disagreement is the failure of mandatory witnesses that do not agree, nil when all do.
func disagreement(server string, ws []farm.WitnessResult) error {
	var bad []string
	for _, w := range ws {
		if w.Mandatory && !w.Agrees {
			bad = append(bad, string(w.Witness)+": "+w.Says)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return activities.Fail(farm.Failure{
		Kind: farm.FailureNotProven, Server: server, Message: fmt.Sprintf("%d witnesses do not agree", len(bad)), Log: bad,
		Advice: "set right what they name, then verify again",
	})
}
