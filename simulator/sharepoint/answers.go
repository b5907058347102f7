package sharepoint

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// describe answers farm.ps1: what the farm says of itself through the object model.
func (f *Farm) describe(_ context.Context, call windows.ScriptCall) (out []windows.Record, err error) {
	add := func(name string, pairs ...string) { out = append(out, windows.NewRecord(name, pairs...)) }
	f.world.View(func(tx *world.Tx) {
		if !call.Administrator || call.Task == "" && !strings.EqualFold(call.Machine.Name(), f.o.Farm.Databases.On) {
			// a network logon has no second hop to SQL Server, and only administrators may read the farm
			err = errors.New("The local farm is not accessible: cannot open database \"" + f.o.Farm.Databases.Configuration + "\" requested by the login.")
			return
		}
		configuration := f.databases()[0]
		central := f.o.Farm.CentralAdministration()
		add("farm", "name", configuration.Name, "version", f.level(tx, configuration).Version,
			"account", f.o.Domain()+`\sp-farm`, "central_pool", f.o.Domain()+`\sp-farm`)
		for _, s := range f.servers() {
			role := "Application"
			if s.HasRole(farm.RoleFrontEndWeb) && !s.HasRole(farm.RoleApplication) {
				role = "WebFrontEnd"
			}
			add("server", "name", s.Name, "address", s.Name, "role", role, "needs_upgrade", strconv.FormatBool(getServer(tx, s.Name).NeedsUpgrade))
		}
		for _, q := range f.o.Farm.SQLServers {
			if _, also := f.o.Farm.Server(q.Name); !also {
				add("server", "name", q.Name, "address", q.Name, "role", "Invalid", "needs_upgrade", "false")
			}
		}
		for _, s := range f.servers() {
			for _, i := range f.instances(s) {
				add("instance", "server", s.Name, "type", i.name, "status", i.status())
			}
		}
		add("webapp", "name", "SharePoint Central Administration v3", "url", "http://"+strings.ToLower(central.Name)+":4201/",
			"pool", "SharePoint Central Administration v3", "central", "true")
		add("site", "webapp", "SharePoint Central Administration v3", "path", sitePath("4201"))
		for _, u := range f.webApplications() {
			add("site", "webapp", "SharePoint - "+u.Host, "path", sitePath(u.Host))
			add("webapp", "name", "SharePoint - "+u.Host, "url", u.String(), "pool", "SharePoint - "+u.Host, "central", "false")
		}
		for _, d := range f.attached(tx) {
			add("database", "name", d.Name, "server", d.Instance, "type", d.class(), "needs_upgrade", strconv.FormatBool(f.behind(tx, d)))
		}
	})
	return out, err
}

type instance struct {
	name   string
	online bool
}

func (i instance) status() string {
	if i.online {
		return "Online"
	}
	return "Disabled"
}

// instances are the services on a server as Central Administration lists them.
func (f *Farm) instances(s farm.Server) []instance {
	return []instance{
		{"Central Administration", s.HasRole(farm.RoleCentralAdministration)},
		{"Windows SharePoint Services Web Application", f.o.runsWebApplication(s)},
		{"Windows SharePoint Services Timer", true},
		{"Project Application Service", s.HasRole(farm.RoleApplication)},
		{"Office SharePoint Server Search", s.HasRole(farm.RoleIndex)},
	}
}

// webApplications are the sites of the farm's Project Web Access addresses, each once.
func (f *Farm) webApplications() (out []*url.URL) {
	seen := map[string]bool{}
	for _, pwa := range f.o.Farm.ProjectWebAccess {
		u, err := url.Parse(pwa.URL)
		if err != nil || seen[u.Host] {
			continue
		}
		seen[u.Host] = true
		out = append(out, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"})
	}
	return out
}

// probe answers probe.ps1: what a job under the setup account may do.
func (f *Farm) probe(_ context.Context, call windows.ScriptCall) ([]windows.Record, error) {
	logon := "network"
	if call.Task != "" {
		logon = "batch"
	}
	administrator := strconv.FormatBool(call.Administrator)
	_, user, _ := strings.Cut(call.User, `\`)
	profile := `C:\Users\` + user
	if f.o.server(call.Machine.Name()).OS == "2003" {
		profile = `C:\Documents and Settings\` + user
	}
	out := []windows.Record{
		windows.NewRecord("identity", "user", call.User, "administrator", administrator, "elevated", administrator, "logon", logon),
		windows.NewRecord("profile", "path", profile, "loaded", strconv.FormatBool(call.Task != "")),
	}
	f.world.View(func(tx *world.Tx) {
		for _, server := range list(call.Parameter("SqlServers")) {
			problem := f.reachSQL(call, server)
			sysadmin := problem == "" && f.sysadmin(server, call.User)
			out = append(out, windows.NewRecord("sql", "server", server, "ok", strconv.FormatBool(problem == ""), "sysadmin", strconv.FormatBool(sysadmin), "error", problem))
		}
		for _, path := range list(call.Parameter("Paths")) {
			_, ok := windows.GetFile(tx, call.Machine.Name(), path)
			ok = ok || call.Task != "" && f.sourceAt(path) // a network logon has no second hop to a share
			problem := ""
			if !ok {
				problem = "Could not find a part of the path '" + path + "'."
			}
			out = append(out, windows.NewRecord("path", "path", path, "readable", strconv.FormatBool(ok), "error", problem))
		}
	})
	return out, nil
}

// sysadmin reports whether an account has every right on a SQL Server ("server,port").
func (f *Farm) sysadmin(server, account string) bool {
	host, _, _ := strings.Cut(server, ",")
	for _, q := range f.o.Farm.SQLServers {
		if strings.EqualFold(host, q.Name) || host == q.Address {
			return f.o.sqlServer(q.Name).sysadmin(account)
		}
	}
	return false
}

// reachSQL says why a SQL Server ("server,port") would not let the account in, or nothing.
func (f *Farm) reachSQL(call windows.ScriptCall, server string) string {
	host, port, _ := strings.Cut(server, ",")
	for _, q := range f.o.Farm.SQLServers {
		if !strings.EqualFold(host, q.Name) && host != q.Address || port != "" && port != strconv.Itoa(q.Port) {
			continue
		}
		if call.Task == "" {
			return `Login failed for user 'NT AUTHORITY\ANONYMOUS LOGON'.` // no second hop from a network logon
		}
		if !slices.ContainsFunc(f.o.accounts(), func(a string) bool { return strings.EqualFold(a, call.User) }) {
			return "Login failed for user '" + call.User + "'."
		}
		return ""
	}
	return "A network-related or instance-specific error occurred while establishing a connection to SQL Server. The server was not found or was not accessible."
}

// warmUp answers warm-up.ps1: one request to this server for each Web application.
func (f *Farm) warmUp(_ context.Context, call windows.ScriptCall) ([]windows.Record, error) {
	var out []windows.Record
	f.world.View(func(tx *world.Tx) {
		web, _ := windows.GetService(tx, call.Machine.Name(), "W3SVC")
		why, mixed := f.mixed(tx)
		for _, u := range list(call.Parameter("Urls")) {
			status, problem := 200, ""
			switch {
			case web.State != windows.Running:
				status, problem = 0, "Unable to connect to the remote server"
			case mixed:
				status, problem = 500, "The remote server returned an error: (500) Internal Server Error. The farm needs an upgrade: "+why
			case !f.serves(u), !f.hasContent(tx, u):
				status, problem = 404, "The remote server returned an error: (404) Not Found."
			}
			out = append(out, windows.NewRecord("response", "url", u, "status", fmt.Sprint(status), "error", problem))
		}
	})
	return out, nil
}

// serves reports whether the farm has a Web application for an address.
func (f *Farm) serves(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if strings.EqualFold(u.Hostname(), f.o.Farm.CentralAdministration().Name) {
		return true
	}
	for _, w := range f.webApplications() {
		if strings.EqualFold(w.Host, u.Host) {
			return true
		}
	}
	return false
}

// list reads a parameter of names separated by "|".
func list(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, "|")
}
