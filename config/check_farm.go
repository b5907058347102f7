package config

import (
	"net/url"
	"regexp"
	"strings"

	"farmhand/internal/farm"
)

// checkFarm checks one farm: its names, its topology, its servers and databases.
func (n *notes) checkFarm(key string, r farm.Rollout, f farm.Farm) {
	n.checkName(key+".name", f.Name)
	n.checkName(key+".site", f.Site)
	n.checkTopology(key, f)
	var keys, names []string
	for j, s := range f.Servers {
		serverKey := element(key+".servers", j)
		keys, names = append(keys, serverKey+".name"), append(names, s.Name)
		n.checkServer(serverKey, r, s)
	}
	n.checkUnique("server", keys, names)

	keys, names = nil, nil
	for j, q := range f.SQLServers {
		sqlKey := element(key+".sql_servers", j)
		keys, names = append(keys, sqlKey+".name"), append(names, q.Name)
		n.checkSQLServer(sqlKey, r, q)
	}
	n.checkUnique("SQL Server", keys, names)
	n.checkDatabases(key, f, names)
	n.checkServiceName(key+".services.project_queue", f.Services.ProjectQueue)
	n.checkServiceName(key+".services.project_events", f.Services.ProjectEvents)
	n.checkServiceName(key+".services.search", f.Services.Search)
	n.checkSmokeTests(key, f)
	n.checkClients(key+".clients", r, f)
	if f.ServerBackup.HiveMB < 0 {
		n.wrong(key+".server_backup.hive_mb", "want a size in megabytes")
	}
	n.checkStrategy(key, f)
}

// checkStrategy checks how content databases are upgraded.
func (n *notes) checkStrategy(key string, f farm.Farm) {
	if f.Strategy != "" {
		n.checkOneOf(key+".strategy", string(f.Strategy), strategies...)
	}
	if len(f.KeepAttached) > 0 && f.Strategy != farm.StrategyDetach {
		n.wrong(key+".keep_attached", "means nothing without strategy: %s", farm.StrategyDetach)
	}
	var keys []string
	for i, name := range f.KeepAttached {
		keys = append(keys, element(key+".keep_attached", i))
		n.require(keys[i], name, "name a content database")
	}
	n.checkUnique("database", keys, f.KeepAttached)
}

// checkTopology checks what the order of the wizard rests on: one host of Central Administration and at
// least one front-end Web server.
func (n *notes) checkTopology(key string, f farm.Farm) {
	if len(f.Servers) == 0 {
		n.wrong(key+".servers", "a farm needs at least one server")
		return
	}
	count, first := map[farm.Role]int{}, ""
	for j, s := range f.Servers {
		for k, role := range s.Roles {
			meant := likelyRole(string(role))
			if meant == farm.RoleCentralAdministration && s.HasRole(meant) {
				if count[meant] > 0 {
					n.wrong(element(element(key+".servers", j)+".roles", k),
						"a farm has one host of Central Administration, and %s is it already", first)
				} else {
					first = s.Name
				}
			}
			count[meant]++
		}
	}
	if n.brokenNames(key+".servers", "roles") {
		return
	}
	if count[farm.RoleCentralAdministration] == 0 {
		n.wrong(key+".servers", "no server has the role %s; the wizard runs on that server first", farm.RoleCentralAdministration)
	}
	if count[farm.RoleFrontEndWeb] == 0 {
		n.wrong(key+".servers", "no server has the role %s; users reach the farm through one", farm.RoleFrontEndWeb)
	}
}

// roleNicknames are words administrators use for roles.
var roleNicknames = map[string]farm.Role{
	"wfe": farm.RoleFrontEndWeb, "web": farm.RoleFrontEndWeb, "front-end": farm.RoleFrontEndWeb, "web-front-end": farm.RoleFrontEndWeb,
	"ca": farm.RoleCentralAdministration, "central-admin": farm.RoleCentralAdministration,
	"app": farm.RoleApplication, "indexer": farm.RoleIndex, "search": farm.RoleIndex,
	"db": farm.RoleDatabase, "sql": farm.RoleDatabase,
}

// likelyRole returns the role a word means or most likely means, or "".
func likelyRole(word string) farm.Role {
	if r, ok := roleNicknames[strings.ToLower(word)]; ok {
		return r
	}
	known := make([]string, 0, len(farm.Roles()))
	for _, r := range farm.Roles() {
		known = append(known, string(r))
	}
	return farm.Role(nearest(word, known))
}

// checkDatabases checks the configuration database and the Project Web Access instances.
func (n *notes) checkDatabases(key string, f farm.Farm, sqlServers []string) {
	hidden := n.brokenNames(key+".sql_servers", "name")
	if len(f.SQLServers) == 0 {
		n.wrong(key+".sql_servers", "a farm needs at least one SQL Server: its databases are backed up and verified there")
		hidden = true
	}
	on := func(at, name string) {
		if n.require(at, name, "name one of the farm's sql_servers") {
			n.checkReference(at, name, "SQL Server", sqlServers, hidden)
		}
	}
	n.require(key+".databases.configuration", f.Databases.Configuration, "name the configuration database, like SharePoint_Config")
	on(key+".databases.on", f.Databases.On)
	var keys []string
	for i, name := range f.Databases.Expect {
		keys = append(keys, element(key+".databases.expect", i))
		n.require(keys[i], name, "name a database")
	}
	n.checkUnique("database", keys, f.Databases.Expect)

	var urlKeys, urls, dbKeys, dbNames []string
	for i, p := range f.ProjectWebAccess {
		at := element(key+".project_web_access", i)
		urlKeys, urls = append(urlKeys, at+".url"), append(urls, strings.TrimSuffix(p.URL, "/"))
		if n.require(at+".url", p.URL, "want the address of the instance, like http://pwa.contoso/pwa") {
			if u, err := url.Parse(p.URL); err != nil || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") {
				n.wrong(at+".url", "want an address like http://pwa.contoso/pwa, without user and password")
			}
		}
		on(at+".on", p.On)
		for j, role := range []string{"draft", "published", "archive", "reporting"} {
			name := p.Databases()[j]
			n.require(at+"."+role, name, "name the "+role+" database; an instance has four")
			if name != "" {
				dbKeys, dbNames = append(dbKeys, at+"."+role), append(dbNames, p.On+" "+name)
			}
		}
	}
	n.checkUnique("address", urlKeys, urls)
	n.checkUnique("database", dbKeys, dbNames)
}

// serviceName is what the short name of a service may hold here: it stands in commands of sc and net.
var serviceName = regexp.MustCompile(`^[A-Za-z0-9_.$-]{1,256}$`)

func (n *notes) checkServiceName(key, name string) {
	if name != "" && !serviceName.MatchString(name) {
		n.wrong(key, `want the short name of a Windows service, as "sc query" prints it`)
	}
}
