package sharepoint

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// contentState is how the farm holds one of its content databases. A database that nobody touched has none.
type contentState struct {
	Detached bool
	// Prepared: preparetomove was run since the database was attached.
	Prepared bool
	// Generation counts attachments: a database that is attached again gets a new id, or keeps it from the update on.
	Generation   int
	Warning, Max int
}

func contentKey(name string) string { return "sharepoint/content/" + strings.ToLower(name) }

func getContent(tx *world.Tx, name string) contentState {
	s := contentState{Warning: 9000, Max: 15000} // what setup gives
	tx.Get(contentKey(name), &s)
	return s
}

// attached are the databases that belong to the farm now.
func (f *Farm) attached(tx *world.Tx) []database {
	var out []database
	for _, d := range f.databases() {
		if d.Type != typeContent || !getContent(tx, d.Name).Detached {
			out = append(out, d)
		}
	}
	return out
}

// centralContent reports whether a content database is the one of Central Administration, by the name setup gives it.
func centralContent(name string) bool {
	return strings.Contains(strings.ToLower(name), "admincontent")
}

// contentURL is the Web application of a content database.
func (f *Farm) contentURL(name string) string {
	if web := f.webApplications(); !centralContent(name) && len(web) > 0 {
		return web[0].String()
	}
	return "http://" + strings.ToLower(f.o.Farm.CentralAdministration().Name) + ":4201/"
}

// describeContent answers content-databases.ps1.
func (f *Farm) describeContent(_ context.Context, call windows.ScriptCall) (out []windows.Record, err error) {
	f.world.View(func(tx *world.Tx) {
		if !call.Administrator || call.Task == "" {
			err = errors.New("The local farm is not accessible: cannot open database \"" + f.o.Farm.Databases.Configuration + "\" requested by the login.")
			return
		}
		for _, d := range f.attached(tx) {
			if d.Type != typeContent {
				continue
			}
			s := getContent(tx, d.Name)
			search := ""
			if _, ok := f.searchDatabase(); ok {
				search = f.searchServer()
			}
			out = append(out, windows.NewRecord("content", "name", d.Name, "server", d.Instance, "url", f.contentURL(d.Name),
				"central", strconv.FormatBool(centralContent(d.Name)), "id", contentID(d.Name, s.Generation), "status", "Online",
				"warning", strconv.Itoa(s.Warning), "max", strconv.Itoa(s.Max), "sites", strconv.Itoa(sitesOf(d.Name)), "search", search))
		}
	})
	return out, err
}

// hasContent reports whether the Web application of an address has a content database. A farm that names none at all is
// not modelled so closely.
func (f *Farm) hasContent(tx *world.Tx, address string) bool {
	has, of := false, 0
	for _, d := range f.databases() {
		if d.Type == typeContent && !centralContent(d.Name) && strings.HasPrefix(strings.ToLower(address), strings.ToLower(f.contentURL(d.Name))) {
			of++
			has = has || !getContent(tx, d.Name).Detached
		}
	}
	return has || of == 0
}

// searchServer is the server of Windows SharePoint Services Search.
func (f *Farm) searchServer() string {
	for _, role := range []farm.Role{farm.RoleIndex, farm.RoleApplication} {
		if s := f.o.Farm.WithRole(role); len(s) > 0 {
			return s[0].Name
		}
	}
	return f.o.Farm.CentralAdministration().Name
}

func contentID(name string, generation int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", strings.ToLower(name), generation))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// sitesOf is how many site collections a database holds: some, and always the same.
func sitesOf(name string) int {
	return 1 + int(sha256.Sum256([]byte(strings.ToLower(name)))[0])%12
}

// content finds the content database that an operation of stsadm names.
func (f *Farm) content(name string) (database, bool) {
	for _, d := range f.databases() {
		if d.Type == typeContent && strings.EqualFold(d.Name, name) {
			return d, true
		}
	}
	return database{}, false
}

// stsadmRun is what a run of stsadm met when it began, and how it ends.
type stsadmRun struct {
	Code int
	Text string
	// Due: the database is older than the binaries, so that attaching it upgrades it.
	Due bool
}

const completed = "Operation completed successfully."

// contentOperation runs the operations of stsadm that move content databases.
func (f *Farm) contentOperation(p *windows.Process, operation string) int {
	if operation == "enumcontentdbs" {
		f.world.View(func(tx *world.Tx) { f.listContent(tx, p.Stdout, parameter(p.Args, "-url")) })
		return 0
	}
	key := fmt.Sprintf("sharepoint/stsadm/%s/%d", strings.ToLower(p.Machine.Name()), p.PID)
	if p.Commit("begin", func(tx *world.Tx) error {
		tx.Put(key, f.beginContent(tx, p, operation))
		return nil
	}) != nil {
		return 1 // killed: the code does not count
	}
	var run stsadmRun
	f.world.View(func(tx *world.Tx) { tx.Get(key, &run) })
	if operation == "addcontentdb" && run.Code == 0 {
		var err error
		if run, err = f.attach(p, run); err != nil {
			return 1
		}
	}
	out := p.Stdout
	if run.Code != 0 {
		out = p.Stderr
	}
	_, _ = io.WriteString(out, "\r\n"+run.Text+"\r\n\r\n")
	return run.Code
}

// beginContent refuses what cannot be done, and does what takes no time.
func (f *Farm) beginContent(tx *world.Tx, p *windows.Process, operation string) stsadmRun {
	name := parameter(p.Args, "-databasename")
	if operation == "preparetomove" {
		_, name, _ = strings.Cut(parameter(p.Args, "-contentdb"), ":")
	}
	d, ok := f.content(name)
	if !ok {
		return stsadmRun{Code: -1, Text: "The specified content database \"" + name + "\" was not found."}
	}
	s := getContent(tx, d.Name)
	switch {
	case operation == "addcontentdb" && !s.Detached:
		return stsadmRun{Code: -1, Text: "The attach operation cannot continue because another object in this farm already contains the same ID. Each object in a farm must have a unique ID."}
	case operation == "addcontentdb":
		return stsadmRun{Text: completed, Due: len(f.missing(tx, p.Machine.Name())) == 0 && f.older(tx, d)}
	case s.Detached:
		return stsadmRun{Code: -1, Text: "Specified database does not belong to the Web application."}
	case operation == "preparetomove":
		s.Prepared = true
	case centralContent(d.Name):
		return stsadmRun{Code: -1, Text: "The content database of Central Administration cannot be removed."}
	default:
		if f.losesMembers(tx) && !s.Prepared {
			damage(tx, p.Machine.Name(), p.User, "content database "+d.Name+" was detached without preparetomove: the memberships of its sites are lost")
		}
		s.Detached, s.Prepared = true, false
	}
	tx.Put(contentKey(d.Name), s)
	return stsadmRun{Text: completed}
}

// losesMembers reports whether the farm is below the level that keeps the profile synchronisation of a database through
// a detach.
func (f *Farm) losesMembers(tx *world.Tx) bool { return f.older(tx, f.databases()[0]) }

// attach is stsadm -o addcontentdb: the database joins the farm, and what is older than the binaries is upgraded. An
// error means that the process is dead.
func (f *Farm) attach(p *windows.Process, run stsadmRun) (stsadmRun, error) {
	d, _ := f.content(parameter(p.Args, "-databasename"))
	if run.Due {
		var fault *windows.FaultError
		switch err := p.Work("attach "+d.Name, f.o.Durations.OtherWizard); {
		case errors.As(err, &fault):
			return stsadmRun{Code: -1, Text: "An error occurred while upgrading " + d.Name + ": " + fault.Fault.Text}, nil
		case err != nil:
			return run, err
		}
	}
	return run, p.Commit("attach", func(tx *world.Tx) error {
		s := getContent(tx, d.Name)
		s.Detached = false
		s.Warning, s.Max = limit(p.Args, "-sitewarning", 9000), limit(p.Args, "-sitemax", 15000)
		if !run.Due && f.losesMembers(tx) {
			s.Generation++ // the files from before the update cannot keep the id
		}
		tx.Put(contentKey(d.Name), s)
		if run.Due {
			f.raise(tx, d, p.Machine.Name(), p.User)
		}
		return nil
	})
}

// listContent is the answer of stsadm -o enumcontentdbs.
func (f *Farm) listContent(tx *world.Tx, out io.Writer, url string) {
	var of []database
	for _, d := range f.attached(tx) {
		if d.Type == typeContent && strings.EqualFold(strings.TrimRight(url, "/"), strings.TrimRight(f.contentURL(d.Name), "/")) {
			of = append(of, d)
		}
	}
	_, _ = fmt.Fprintf(out, "\r\n<Databases Count=\"%d\">\r\n", len(of))
	for _, d := range of {
		_, _ = fmt.Fprintf(out, "  <ContentDatabase Id=\"%s\" Server=\"%s\" Name=\"%s\" />\r\n", contentID(d.Name, getContent(tx, d.Name).Generation), d.Instance, d.Name)
	}
	_, _ = io.WriteString(out, "</Databases>\r\n\r\n")
}

// parameter is the value behind a parameter of stsadm.
func parameter(args []string, name string) string {
	for i, a := range args {
		if strings.EqualFold(a, name) && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

func limit(args []string, name string, usual int) int {
	if n, err := strconv.Atoi(parameter(args, name)); err == nil {
		return n
	}
	return usual
}
