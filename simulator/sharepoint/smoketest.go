package sharepoint

import (
	"cmp"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// smokeTest answers smoke-test.ps1: one page of this server, and whether it holds a text.
func (f *Farm) smokeTest(_ context.Context, call windows.ScriptCall) ([]windows.Record, error) {
	address, expect := call.Parameter("Url"), call.Parameter("Expect")
	fault, struck := f.world.Strike(call.Machine.Name(), "page "+address)
	p := f.page(call.Machine.Name(), address)
	if struck {
		p = page{status: cmp.Or(fault.Code, http.StatusOK), body: fault.Text}
	}
	problem := p.problem
	if p.status >= http.StatusBadRequest {
		problem = fmt.Sprintf("The remote server returned an error: (%d) %s.", p.status, http.StatusText(p.status))
	}
	u, _ := url.Parse(address)
	return []windows.Record{windows.NewRecord("page", "url", address, "status", strconv.Itoa(p.status),
		"found", strconv.FormatBool(strings.Contains(p.body, expect)), "length", strconv.Itoa(len(p.body)), "title", p.title(),
		"by_name", strconv.FormatBool(u == nil || u.Scheme != "http"), "error", problem)}, nil
}

// page is an answer of a Web application.
type page struct {
	status        int // 0: nobody answered
	body, problem string
}

func (p page) title() string {
	_, rest, _ := strings.Cut(p.body, "<title>")
	title, _, _ := strings.Cut(rest, "</title>")
	return title
}

// page is what a Web server shows at an address: the start page of the site, or what is shown while files and
// databases do not fit.
func (f *Farm) page(server, address string) (p page) {
	f.world.View(func(tx *world.Tx) {
		web, _ := windows.GetService(tx, server, "W3SVC")
		why, mixed := f.mixed(tx)
		switch {
		case web.State != windows.Running:
			p = page{problem: "Unable to connect to the remote server"}
		case mixed:
			p = page{status: http.StatusInternalServerError, body: "<html><head><title>Error</title></head><body>Server Error: " + html.EscapeString(why) + "</body></html>"}
		case !f.serves(address):
			p = page{status: http.StatusNotFound, body: "<html><head><title>The page cannot be found</title></head></html>"}
		default:
			p = page{status: http.StatusOK, body: f.startPage(address)}
		}
	})
	return p
}

// startPage is the first page of a Project Web Access site, or of any other.
func (f *Farm) startPage(address string) string {
	for _, pwa := range f.o.Farm.ProjectWebAccess {
		if strings.HasPrefix(strings.ToLower(address+"/"), strings.ToLower(strings.TrimSuffix(pwa.URL, "/"))+"/") {
			return "<html><head><title>Home - Project Web Access</title></head><body>Project Web Access: Reminders, My Tasks, My Timesheets</body></html>"
		}
	}
	return "<html><head><title>Home - Team Site</title></head><body>Announcements, Calendar, Links</body></html>"
}
