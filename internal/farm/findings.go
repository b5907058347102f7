package farm

import "slices"

// Severity says what a finding means for the rollout.
type Severity string

// The severities, worst first.
const (
	SeverityBlocking    Severity = "blocking"
	SeverityWarning     Severity = "warning"
	SeverityInformation Severity = "information"
)

// Finding is one thing preflight found: where, what, and what to do about it.
type Finding struct {
	Severity Severity `json:"severity"`
	Server   string   `json:"server"`
	What     string   `json:"what"`
	Do       string   `json:"do,omitempty"`
}

// The rules of preflight, each in the file of its subject (findings_*.go). A new rule is a method of judge
// and one line here; what it judges is read into Facts by an activity. Only reading and judging: a rule
// that lacks its facts says nothing, because the reading that failed is a finding by itself.
var (
	// systemRules are asked of every server of the file.
	systemRules = []func(*judge, ServerFacts){
		(*judge).system,
		(*judge).automaticUpdates,
		(*judge).shell,
	}
	// serverRules are asked of every server on which SharePoint is installed, as its role wants.
	serverRules = []func(*judge, ServerFacts){
		(*judge).execution,
		(*judge).serverRole,
		(*judge).serverServices,
		(*judge).profileTrap,
		(*judge).serverVersion,
		(*judge).serverPackages,
		(*judge).serverCopies,
		(*judge).serverDisks,
	}
	// probeRules are asked of every probe job of the setup account.
	probeRules = []func(*judge, ProbeFacts){
		(*judge).probe,
		(*judge).probeSQL,
		(*judge).setupAccount,
	}
	// sqlRules are asked of every SQL Server of the file.
	sqlRules = []func(*judge, SQLFacts){
		(*judge).sqlServer,
		(*judge).backup,
		(*judge).mirroring,
	}
	// farmRules are asked once.
	farmRules = []func(*judge){
		(*judge).unhashed,
		(*judge).webServers,
		(*judge).languages,
		(*judge).languagePacks,
		(*judge).levels,
		(*judge).contained,
		(*judge).reported,
		(*judge).databases,
		(*judge).clients,
		(*judge).queues,
		(*judge).crawls,
		(*judge).upgradeJobs,
	}
)

// Findings judges what preflight read against the rollout file and the release. It is pure: the same
// facts give the same findings, on the plan screen and in the workflow.
func Findings(r Rollout, rel Release, f Farm, facts Facts) []Finding {
	j := &judge{rollout: r, release: rel, farm: f, facts: facts}
	for _, s := range facts.Servers {
		for _, rule := range systemRules {
			rule(j, s)
		}
		if j.sharePoint(s) {
			for _, rule := range serverRules {
				rule(j, s)
			}
		}
	}
	for _, p := range facts.Probes {
		for _, rule := range probeRules {
			rule(j, p)
		}
	}
	for _, s := range facts.SQL {
		for _, rule := range sqlRules {
			rule(j, s)
		}
	}
	for _, rule := range farmRules {
		rule(j)
	}
	slices.SortStableFunc(j.out, func(a, b Finding) int { return rank(a.Severity) - rank(b.Severity) })
	return j.out
}

// Blocking returns the findings that must not be passed.
func Blocking(fs []Finding) []Finding {
	var out []Finding
	for _, f := range fs {
		if f.Severity == SeverityBlocking {
			out = append(out, f)
		}
	}
	return out
}

func rank(s Severity) int {
	return slices.Index([]Severity{SeverityBlocking, SeverityWarning, SeverityInformation}, s)
}

// judge holds what the rules compare, and collects what they find.
type judge struct {
	rollout Rollout
	release Release
	farm    Farm
	facts   Facts
	// pulled is set once the packages were pulled to the servers.
	pulled bool
	out    []Finding
}

func (j *judge) add(sev Severity, server, what, do string) {
	j.out = append(j.out, Finding{Severity: sev, Server: server, What: what, Do: do})
}

// addOnce adds a finding that several rules or servers may come to, and that concerns only one.
func (j *judge) addOnce(sev Severity, server, what, do string) {
	f := Finding{sev, server, what, do}
	if !slices.Contains(j.out, f) {
		j.out = append(j.out, f)
	}
}
