package config

import (
	"regexp"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// wizardArgument is what an argument of psconfig may look like: it becomes part of a batch file's line.
var wizardArgument = regexp.MustCompile(`^[-/A-Za-z0-9_.:]+$`)

// checkWizard checks the wizard's arguments: words only, and the command upgrade, in place, waited for, last.
func (n *notes) checkWizard(w farm.Wizard) {
	for i, a := range w.Arguments {
		if !wizardArgument.MatchString(a) {
			n.wrong(element("wizard.arguments", i), "%s is no plain argument: want letters, digits and a dash, one argument a member", quoted("arguments", a))
		}
	}
	if w.ForceArgument != "" && !wizardArgument.MatchString(w.ForceArgument) {
		n.wrong("wizard.force_argument", "%s is no plain argument", quoted("force_argument", w.ForceArgument))
	}
	last := -1 // where the last command begins
	for i, a := range w.Arguments {
		if strings.EqualFold(a, "-cmd") {
			last = i
		}
	}
	has := func(word string) bool {
		return last >= 0 && slices.ContainsFunc(w.Arguments[last:], func(a string) bool { return strings.EqualFold(a, word) })
	}
	switch {
	case last < 0 || last+1 >= len(w.Arguments) || !strings.EqualFold(w.Arguments[last+1], "upgrade"):
		n.wrong("wizard.arguments", "the last command must be upgrade (-cmd, upgrade, …): the force argument is added behind it")
	case !has("-wait"):
		n.wrong("wizard.arguments", "upgrade lacks -wait: psconfig would end before the upgrade does, and nobody would know how")
	case slices.ContainsFunc(w.Arguments, func(a string) bool { return w.ForceArgument != "" && strings.EqualFold(a, w.ForceArgument) }):
		n.wrong("wizard.arguments", "%s is among them: it skips what fails, and is added where an operator chose it", w.ForceArgument)
	}
}

var classIDForm = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// checkUpgradeJobs checks how upgrade jobs are seen. The query only reads, and only the configuration database.
func (n *notes) checkUpgradeJobs(c farm.UpgradeJobChecks) {
	for i, name := range c.Classes {
		key := element("upgrade_jobs.classes", i)
		if n.require(key, name, "name a class of the object model") && strings.ContainsAny(name, "|\"'%&<>^ ") {
			n.wrong(key, "%s is not the name of a class", quoted(key, name))
		}
	}
	if len(c.Classes) == 0 {
		n.wrong("upgrade_jobs.classes", "missing; the object model would be asked for nothing")
	}
	if c.ClassID != "" && !classIDForm.MatchString(c.ClassID) {
		n.wrong("upgrade_jobs.class_id", "%s is not an id like 3144ED38-69E9-46EC-B89F-3037F8FFD1A8", quoted("class_id", c.ClassID))
	}
	q := strings.TrimSpace(c.Query)
	switch {
	case q == "":
	case !strings.HasPrefix(strings.ToUpper(q), "SELECT ") || strings.ContainsAny(q, ";\r\n") || strings.Contains(q, "--") || strings.Contains(q, "/*"):
		n.wrong("upgrade_jobs.query", "want one SELECT without a semicolon or comment: the configuration database is only ever read")
	case changesSomething(q) != "":
		n.wrong("upgrade_jobs.query", "holds %s: the configuration database is only ever read, and T-SQL begins a second statement without a semicolon, too", changesSomething(q))
	case !strings.Contains(q, "{database}") || !strings.Contains(q, "@p1"):
		n.wrong("upgrade_jobs.query", "want {database} where the configuration database's name goes, and @p1 where class_id goes")
	}
}
