package config

import "farmhand/internal/farm"

// KerberosSettings say where a worker learns of realms. Servers and SQL Servers that want it have auth: kerberos in the
// rollout file.
type KerberosSettings struct {
	// Config is the path of a krb5.conf.
	Config string `mapstructure:"config"`
}

// authKerberos is winrm.auth for a logon with tickets.
const authKerberos = "kerberos"

// defaultKrb5Conf is where Kerberos' own tools look for it.
const defaultKrb5Conf = "/etc/krb5.conf"

// logon is one place of a rollout file where a credential opens a connection, or runs jobs.
type logon struct {
	key        string // of what is reached
	credential string
	address    string
	spn        string
	spnKey     string
	kerberos   bool
}

// logons lists them all, those of run_as without an address.
func logons(r farm.Rollout) []logon {
	var out []logon
	winrm := func(key, credential, address string, w farm.WinRM) {
		out = append(out, logon{key, credential, address, w.SPN, key + ".winrm.spn", w.Auth == authKerberos})
	}
	for i, f := range r.Farms {
		at := element("farms", i)
		for j, s := range f.Servers {
			key := element(at+".servers", j)
			winrm(key, s.ConnectAs, s.Address, s.WinRM)
			if s.RunAs != "" {
				out = append(out, logon{key: key, credential: s.RunAs})
			}
		}
		for j, c := range f.Clients.Computers {
			winrm(element(at+".clients.computers", j), c.ConnectAs, c.Address, c.WinRM)
		}
		for j, q := range f.SQLServers {
			key := element(at+".sql_servers", j)
			out = append(out, logon{key, q.ConnectAs, q.Address, q.SPN, key + ".spn", q.Auth == farm.SQLAuthKerberos})
		}
	}
	return out
}
