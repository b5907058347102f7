package sharepoint

import (
	"slices"
	"strings"
)

// psconfigCommand is a parsed command line of psconfig.
type psconfigCommand struct {
	help    bool
	upgrade bool // -cmd upgrade was given
	wait    bool
	force   bool // -force: what earlier runs left aside is upgraded, too
	verbs   []string
}

// verbs are the commands of psconfig in the order it runs them, whatever the order they are typed in
// (documentation of psconfig for Office SharePoint Server 2007), with what it prints.
var verbOrder = []string{
	"configdb", "helpcollections", "secureresources", "services", "installfeatures", "adminvs", "evalprovision",
	"applicationcontent", "upgrade",
}

var verbs = map[string]struct{ doing, done string }{
	"configdb":           {"Configuring the configuration database...", "Successfully configured the configuration database."},
	"helpcollections":    {"Installing help collections...", "Successfully installed help collections."},
	"secureresources":    {"Securing the SharePoint resources...", "Successfully secured the SharePoint resources."},
	"services":           {"Registering SharePoint services...", "Successfully registered SharePoint services."},
	"installfeatures":    {"Registering SharePoint features...", "Successfully registered SharePoint features."},
	"adminvs":            {"Provisioning the SharePoint Central Administration Web Application...", "Successfully provisioned the SharePoint Central Administration Web Application."},
	"evalprovision":      {"Creating sample data...", "Successfully created sample data."},
	"applicationcontent": {"Installing the application content files...", "Successfully installed the application content files."},
	"upgrade":            {},
}

// parsePsconfig reads the arguments; mistake is what psconfig says of a command line it does not understand.
func parsePsconfig(args []string) (c psconfigCommand, mistake string) {
	verb := ""
	for i := 0; i < len(args); i++ {
		name := strings.ToLower(args[i])
		switch {
		case name == "-?" || name == "/?" || name == "-help" || name == "-h":
			c.help = true
			return c, ""
		case name == "-cmd":
			if i+1 == len(args) {
				return c, "The command line is not valid: -cmd needs a command."
			}
			i++
			verb = strings.ToLower(args[i])
			if !slices.Contains(verbOrder, verb) {
				return c, "The command " + args[i] + " is invalid. Type psconfig -help for the list of commands."
			}
			if !slices.Contains(c.verbs, verb) {
				c.verbs = append(c.verbs, verb)
			}
			c.upgrade = c.upgrade || verb == "upgrade"
		case verb == "":
			return c, "The parameter " + args[i] + " is invalid without a command. Type psconfig -help for the list of commands."
		case verb == "upgrade" && name == "-inplace":
			if i+1 == len(args) || !slices.Contains([]string{"v2v", "b2b"}, strings.ToLower(args[i+1])) {
				return c, "The inplace parameter specified with the upgrade command is invalid."
			}
			i++
		case verb == "upgrade" && name == "-wait":
			c.wait = true
		case verb == "upgrade" && name == "-force":
			c.force = true
		case verb == "upgrade" && (name == "-reghost" || name == "-finalize" || name == "-revert"):
		case verb == "upgrade":
			return c, "The " + strings.TrimLeft(args[i], "-/") + " parameter specified with the upgrade command is invalid."
		}
	}
	if len(c.verbs) == 0 {
		c.help = true
	}
	slices.SortFunc(c.verbs, func(a, b string) int { return slices.Index(verbOrder, a) - slices.Index(verbOrder, b) })
	return c, ""
}

// others are the commands besides upgrade.
func (c psconfigCommand) others() []string {
	return slices.DeleteFunc(slices.Clone(c.verbs), func(v string) bool { return v == "upgrade" })
}
