package config

import "farmhand/internal/farm"

// Defaults of the rollout file. They are filled in before the value is decoded, so that the digest covers
// them and a later change of a default shows as a changed plan.
const (
	defaultSite       = "default"
	defaultScheme     = "http" // NTLM seals the messages inside (wire protocol of WinRM on port 5985)
	defaultAuth       = "ntlm"
	defaultHTTPPort   = 5985 // WinRM 2.0 and later (domain.md B.8)
	defaultHTTPSPort  = 5986
	defaultSQLPort    = 1433
	defaultEncryption = string(farm.EncryptRequired)
	defaultQueueWait  = "30m"
	defaultHiveMB     = 2048 // a guess: docs/assumptions.md
	defaultStatus     = 200  // of HTTP: a page
	// defaultParallelBackups keeps the disks of a SQL Server busy while one of two is verified: docs/assumptions.md.
	defaultParallelBackups = 2
	// defaultUpgradeJobsWait is how long an upgrade job may take that somebody else left in the farm.
	defaultUpgradeJobsWait = "15m"
)

// plain is a mapping of the file as viper takes it.
type plain = map[string]any

// fill sets what a rollout file left out.
func (n *notes) fill(rollout plain) {
	setDefault(part(rollout, "upgrade_jobs"), "wait", defaultUpgradeJobsWait)
	fillGates(rollout)
	queue, _ := rollout["queue"].(plain)
	if queue == nil {
		queue = plain{}
		rollout["queue"] = queue
	}
	setDefault(queue, "wait", defaultQueueWait)
	fillWaves(rollout)
	for i, f := range mappings(rollout, "farms") {
		for _, test := range mappings(f, "smoke_tests") {
			setDefault(test, "expect_status", defaultStatus)
		}
		key := element("farms", i)
		setDefault(f, "site", defaultSite)
		defaults, _ := f["defaults"].(plain)
		delete(f, "defaults")
		if clients, ok := f["clients"].(plain); ok {
			setDefault(clients, "policy", string(farm.ClientsWarn))
			for j, c := range mappings(clients, "computers") {
				at := element(key+".clients.computers", j)
				n.inherit(c, at, defaults, key+".defaults", "connect_as")
				n.fillWinRM(c, at, key, defaults)
			}
		}
		n.fillServers(key, f, defaults)
		n.fillSQLServers(key, f, defaults)
		kept, _ := f["server_backup"].(plain)
		if kept == nil {
			kept = plain{}
			f["server_backup"] = kept
		}
		setDefault(kept, "configuration", true)
		setDefault(kept, "hive", true)
		setDefault(kept, "hive_mb", defaultHiveMB)
	}
}

// fillServers copies a farm's defaults into its servers, then the defaults of the file.
func (n *notes) fillServers(farmKey string, f, defaults plain) {
	for j, s := range mappings(f, "servers") {
		key := element(farmKey+".servers", j)
		for _, name := range []string{"connect_as", "run_as", "stage", "execution"} {
			n.inherit(s, key, defaults, farmKey+".defaults", name)
		}
		n.fillWinRM(s, key, farmKey, defaults)
	}
}

// fillWinRM copies a farm's defaults into how one server or client computer is reached.
func (n *notes) fillWinRM(s plain, key, farmKey string, defaults plain) {
	own, _ := s["winrm"].(plain)
	if own == nil {
		own = plain{}
		s["winrm"] = own
	}
	shared, _ := defaults["winrm"].(plain)
	// A port belongs to its scheme: a server that changes the scheme alone does not take the other's port.
	samePort := own["scheme"] == nil || own["scheme"] == shared["scheme"]
	for name := range shared {
		if name != "port" || samePort {
			n.inherit(own, key+".winrm", shared, farmKey+".defaults.winrm", name)
		}
	}
	setDefault(own, "scheme", defaultScheme)
	setDefault(own, "auth", defaultAuth)
	if own["scheme"] == "https" {
		setDefault(own, "port", defaultHTTPSPort)
	} else {
		setDefault(own, "port", defaultHTTPPort)
	}
}

func (n *notes) fillSQLServers(farmKey string, f, defaults plain) {
	for j, q := range mappings(f, "sql_servers") {
		n.inherit(q, element(farmKey+".sql_servers", j), defaults, farmKey+".defaults", "connect_as")
		setDefault(q, "port", defaultSQLPort)
		setDefault(q, "encrypt", defaultEncryption)
		backup, _ := q["backup"].(plain)
		if backup == nil {
			backup = plain{}
			q["backup"] = backup
		}
		setDefault(backup, "mode", string(farm.BackupFull))
		setDefault(backup, "copy_only", true)
		setDefault(backup, "parallel", defaultParallelBackups)
		if mirror, ok := q["mirror"].(plain); ok {
			setDefault(mirror, "port", defaultSQLPort)
		}
	}
}

// inherit copies one key from defaults where the mapping has none of its own, and remembers it.
func (n *notes) inherit(into plain, intoKey string, from plain, fromKey, name string) {
	_, own := n.at[child(intoKey, name)]
	value, shared := from[name]
	_, written := n.at[child(fromKey, name)]
	if own || !written && !n.isBroken(child(fromKey, name)) {
		return
	}
	n.taken[child(intoKey, name)] = child(fromKey, name)
	if shared {
		into[name] = value
	}
}

func setDefault(m plain, key string, value any) {
	if _, ok := m[key]; !ok {
		m[key] = value
	}
}

// mappings returns the members of a list, each a mapping.
func mappings(m plain, key string) []plain {
	members, _ := m[key].([]any)
	out := make([]plain, len(members))
	for i, v := range members {
		out[i], _ = v.(plain)
	}
	return out
}
