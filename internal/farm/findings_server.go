package farm

import (
	"fmt"
	"slices"
	"strings"
)

// sharePoint reports whether the rules for servers of the farm apply to this one.
func (j *judge) sharePoint(s ServerFacts) bool {
	srv, _ := j.farm.Server(s.Server)
	if !srv.RunsSharePoint() {
		return false
	}
	if !s.SharePoint {
		j.add(SeverityBlocking, s.Server, "Windows SharePoint Services 3.0 is not installed (no 12.0 registry key)", "correct the roles in the file, or the address")
	}
	return s.SharePoint
}

// serverRole refuses a Basic installation ("Before you begin": the procedure does not apply to it).
func (j *judge) serverRole(s ServerFacts) {
	if strings.EqualFold(strings.TrimSpace(s.ServerRole), "singleserver") {
		j.add(SeverityBlocking, s.Server, "SERVERROLE is singleserver: a Basic installation, for which this procedure does not apply",
			"leave it to Automatic Updates, which updates a Basic installation by itself, or use the Microsoft Update Web site: the configuration wizard then runs by itself, without a question and without a display")
	}
}

func (j *judge) serverServices(s ServerFacts) {
	for _, name := range []string{ServiceTimer, ServiceAdministration} {
		switch st, ok := s.Service(name); {
		case !ok:
			j.add(SeverityBlocking, s.Server, "the service "+name+" does not exist", "repair the SharePoint installation")
		case !st.Running:
			j.add(SeverityBlocking, s.Server, name+" is not running: the upgrade runs inside the timer service of every server", "start it: net start "+name)
		}
	}
}

// webServers warns about a Web server whose W3SVC is not as users need it: what preflight finds is what the
// end goes back to, and a run that was aborted or terminated leaves W3SVC stopped and manual.
func (j *judge) webServers() {
	for _, srv := range WebServers(j.farm, j.facts) {
		s, ok := j.facts.Server(srv.Name)
		if !ok {
			continue
		}
		if st, ok := s.Service(ServiceWebPublishing); ok && (!st.Running || st.StartMode == StartManual || st.StartMode == StartDisabled) {
			state := "stopped"
			if st.Running {
				state = "running"
			}
			j.add(SeverityWarning, s.Server, fmt.Sprintf("W3SVC is %s and %s before the update, and goes back to just that at the end", state, st.StartMode),
				"if an earlier update left it so, put it right first: sc config W3SVC start= auto, net start W3SVC")
		}
	}
}

func (j *judge) serverVersion(s ServerFacts) {
	switch {
	case s.Version.IsZero():
		j.add(SeverityWarning, s.Server, "the registry names no SharePoint version", "look at the file versions by hand")
	case !s.Version.AtLeast(j.release.Baseline.Version):
		j.add(SeverityBlocking, s.Server, fmt.Sprintf("version %s is older than the baseline %s", s.Version, j.release.Baseline.Version), "install "+j.release.Baseline.Title+" first")
	}
	if t := strings.ToUpper(s.SetupType); t != "" && t != "CLEAN_INSTALL" && !allInstalled(s.Packages) {
		j.add(SeverityBlocking, s.Server, "SetupType is "+s.SetupType+": an earlier update was not finalized", "run the configuration wizard for it first")
	}
}

func allInstalled(ps []PackageState) bool {
	return len(ps) > 0 && !slices.ContainsFunc(ps, func(p PackageState) bool { return !p.Proven() })
}
