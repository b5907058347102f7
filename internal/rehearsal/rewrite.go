package rehearsal

import (
	"crypto/rand"
	"fmt"

	"farmhand/internal/farm"
)

// secretPrefix begins the environment variables that hold a rehearsal's passwords.
const secretPrefix = "FARMHAND_REHEARSAL_" //nolint:gosec // the name of a variable, not its value

// site is one network of the rollout; each has a worker.
func sites(r farm.Rollout) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range r.Farms {
		if !seen[f.Site] {
			seen[f.Site] = true
			out = append(out, f.Site)
		}
	}
	return out
}

// endpointPorts are the ports of every server and SQL Server, in the order in which rewrite numbers them.
func endpointPorts(r farm.Rollout) []int {
	var out []int
	for _, f := range r.Farms {
		for _, s := range f.Servers {
			out = append(out, s.WinRM.Port)
		}
		for _, s := range f.SQLServers {
			out = append(out, s.Port)
		}
	}
	return out
}

// rewrite points a rollout at the twin: every server gets an address of its own, every password becomes a reference to a
// variable that only the rehearsal's processes have. There is no KDC either: where the file has auth: kerberos, NTLM logs on.
// Nothing else of the file changes. The value that came in is not touched.
func rewrite(r farm.Rollout, p place) farm.Rollout {
	out, next := r, 0
	address := func() string {
		next++
		return p.address(next - 1)
	}
	out.Credentials = append([]farm.Credential(nil), r.Credentials...)
	for i := range out.Credentials {
		out.Credentials[i].Password, out.Credentials[i].Keytab = "env:"+secretName(i), ""
	}
	out.Farms = append([]farm.Farm(nil), r.Farms...)
	for i := range out.Farms {
		f := &out.Farms[i]
		f.Servers = append([]farm.Server(nil), f.Servers...)
		for j := range f.Servers {
			f.Servers[j].Address = address()
			withoutTickets(&f.Servers[j].WinRM)
		}
		f.Clients.Computers = append([]farm.ClientComputer(nil), f.Clients.Computers...)
		for j := range f.Clients.Computers {
			withoutTickets(&f.Clients.Computers[j].WinRM)
		}
		f.SQLServers = append([]farm.SQLServer(nil), f.SQLServers...)
		for j := range f.SQLServers {
			f.SQLServers[j].Address = address()
			if q := &f.SQLServers[j]; q.Auth == farm.SQLAuthKerberos {
				q.Auth, q.SPN = farm.SQLAuthNTLM, ""
			}
		}
	}
	return out
}

// withoutTickets logs on by NTLM instead of Kerberos.
func withoutTickets(w *farm.WinRM) {
	if w.Auth == "kerberos" {
		w.Auth, w.SPN = "ntlm", ""
	}
}

func secretName(i int) string { return fmt.Sprintf("%s%d", secretPrefix, i+1) }

// passwords makes up a password for each credential, as environment variables. They are in no file: each start makes new
// ones, for the simulator and the worker alike.
func passwords(r farm.Rollout) []string {
	var env []string
	for i := range r.Credentials {
		env = append(env, secretName(i)+"="+rand.Text())
	}
	return env
}
