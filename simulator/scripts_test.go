package simulator_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/scripts"
	"farmhand/simulator"
)

// script runs a known script over WinRM and returns the lines of its answer.
func (r *rig) script(server string, s scripts.Script, args ...scripts.Arg) []string {
	r.Helper()
	call := scripts.Call{Script: s, Args: args, Nonce: "abc123"}
	var stdout, stderr bytes.Buffer
	exit, err := r.client(server).RunWithContextWithInput(r.Context(), scripts.CommandLine(), &stdout, &stderr, bytes.NewReader(call.Encode(nil)))
	require.NoError(r, err)
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(stdout.String(), "\r\n", "\n")), "\n")
	require.Zero(r, exit, "%s%s", stdout.String(), stderr.String())
	return lines
}

// task runs a script the detached way, as the setup account, and returns its answer.
func (r *rig) task(server, id string, s scripts.Script, arguments string) []string {
	r.Helper()
	file := `D:\jobs\` + s.Name
	r.write(server, file, s.Text)
	r.job(server, id, `powershell.exe -NoProfile -ExecutionPolicy Bypass -File "`+file+`"`+arguments)
	for {
		if out, exit := r.run(server, `type D:\jobs\`+id+`\exit.txt`); exit == 0 {
			require.Equal(r, "0", strings.TrimSpace(out))
			break
		}
		require.NoError(r, r.Context().Err())
	}
	out, exit := r.run(server, `type D:\jobs\`+id+`\output.log`)
	require.Zero(r, exit)
	return strings.Split(strings.ReplaceAll(out, "\r\n", "\n"), "\n")
}

// https makes options whose servers all speak https with Basic: the client of these tests mixes up its NTLM
// messages when it sends standard input while it waits for output.
func https(t *testing.T) simulator.Options {
	o := simulator.Options{Rollout: rollout(), CADirectory: t.TempDir()}
	for i := range o.Rollout.Farms[0].Servers {
		o.Rollout.Farms[0].Servers[i].WinRM = farm.WinRM{Scheme: "https", Port: 5986, Auth: "basic"}
	}
	return o
}

func TestTheFarmDescribesItself(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	lines := r.task("APP01", "farm", scripts.Farm, "")
	require.Contains(t, lines, "farm\tname=SharePoint_Config\tversion=12.0.0.6219\taccount=CONTOSO\\sp-farm\tcentral_pool=CONTOSO\\sp-farm")
	require.Contains(t, lines, "server\tname=WFE01\taddress=WFE01\trole=WebFrontEnd\tneeds_upgrade=false")
	require.Contains(t, lines, "instance\tserver=APP01\ttype=Central Administration\tstatus=Online")
	require.Contains(t, lines, "instance\tserver=WFE01\ttype=Windows SharePoint Services Web Application\tstatus=Online")
	require.Contains(t, lines, "database\tname=WSS_Search\tserver=SQL01\ttype=Microsoft.SharePoint.Search.Administration.SPSearchDatabase\tneeds_upgrade=false")
	require.Equal(t, 9, strings.Count(strings.Join(lines, "\n"), "database\t"))

	r.usersOff()
	r.install("APP01")
	lines = r.task("APP01", "farm-after", scripts.Farm, "")
	require.Contains(t, lines, "server\tname=APP01\taddress=APP01\trole=Application\tneeds_upgrade=true")
}

func TestTheProbeHasASecondHopOnlyAsATask(t *testing.T) {
	t.Parallel()
	r := start(t, https(t))
	sql := fmt.Sprintf("%s,%d", r.farm.SQLServers[0].Address, r.farm.SQLServers[0].Port)
	lines := r.task("APP01", "probe", scripts.Probe, ` -SqlServers "`+sql+`|elsewhere,1433" -Paths "C:\Updates|C:\nowhere"`)
	require.Contains(t, lines, "identity\tuser=CONTOSO\\sp-setup\tadministrator=true\televated=true\tlogon=batch")
	require.Contains(t, lines, "sql\tserver="+sql+"\tok=true\tsysadmin=true\terror=")
	require.Contains(t, lines, `path	path=C:\Updates	readable=true	error=`)
	text := strings.Join(lines, "\n")
	require.Contains(t, text, "sql\tserver=elsewhere,1433\tok=false\tsysadmin=false\terror=A network-related")
	require.Contains(t, text, `path	path=C:\nowhere	readable=false`)

	text = strings.Join(r.script("APP01", scripts.Probe, scripts.Arg{Name: "SqlServers", Value: sql}), "\n")
	require.Contains(t, text, "logon=network")
	require.Contains(t, text, "ANONYMOUS LOGON")
}

func TestWarmUp(t *testing.T) {
	t.Parallel()
	r := start(t, https(t))
	answer := func(url string) string {
		return strings.Join(r.script("WFE01", scripts.WarmUp, scripts.Arg{Name: "Urls", Value: url}), "\n")
	}
	require.Contains(t, answer("http://pwa.contoso/"), "status=200")
	require.Contains(t, answer("http://elsewhere/"), "status=404")
	r.usersOff()
	require.Contains(t, answer("http://pwa.contoso/"), "status=0\terror=Unable to connect")
	r.install("WFE01")
	_, exit := r.run("WFE01", "net start w3svc")
	require.Zero(t, exit)
	require.Contains(t, answer("http://pwa.contoso/"), "status=500")
}

func TestSeveralFarmsShareNothing(t *testing.T) {
	t.Parallel()
	o := simulator.Options{Rollout: rollout()}
	second := rollout().Farms[0]
	second.Name = "fabrikam"
	o.Rollout.Farms = append(o.Rollout.Farms, second)
	r := start(t, o)
	r.usersOff()
	other := &rig{T: t, Simulator: r.Simulator, farm: second, user: r.user}
	out, _ := r.run("WFE01", "sc query w3svc")
	require.Contains(t, out, "STOPPED")
	out, _ = other.run("WFE01", "sc query w3svc")
	require.Contains(t, out, "RUNNING")
	require.Equal(t, "contoso", r.all("service-stopped")[0].Farm)
	require.Len(t, r.Addresses(), 6)
}

func TestEncryptedServers(t *testing.T) {
	t.Parallel()
	o := https(t)
	o.Rollout.Farms[0].SQLServers[0].Encrypt = farm.EncryptRequired
	r := start(t, o)
	require.FileExists(t, r.CAFile())
	out, exit := r.run("WFE01", "hostname")
	require.Zero(t, exit)
	require.Equal(t, "WFE01", strings.TrimSpace(out))
	version, _ := r.level("PWA_Draft")
	require.Equal(t, "12.0.6219.1000", version)
}

func TestWhatTheRolloutDoesNotMention(t *testing.T) {
	t.Parallel()
	o := https(t)
	no, yes := false, true
	o.Twin = simulator.Twin{
		Servers:   []simulator.TwinServer{{Name: "APP01", WinRM: "3.0", WebApplication: &yes}, {Name: "WFE01", WinRM: "3.0", WebApplication: &no}},
		Databases: []simulator.TwinDatabase{{Name: "WSS_Content_Forgotten", On: "SQL01"}},
	}
	r := start(t, o)
	lines := r.task("APP01", "farm", scripts.Farm, "")
	require.Contains(t, lines, "instance\tserver=APP01\ttype=Windows SharePoint Services Web Application\tstatus=Online")
	require.Contains(t, lines, "instance\tserver=WFE01\ttype=Windows SharePoint Services Web Application\tstatus=Disabled")
	require.Contains(t, lines, "database\tname=WSS_Content_Forgotten\tserver=SQL01\ttype=Microsoft.SharePoint.Administration.SPContentDatabase\tneeds_upgrade=false")
	version, _ := r.level("WSS_Content_Forgotten")
	require.Equal(t, "12.0.0.6219", version)
}

func TestTheProjectQueueDrainsWhileItsServiceRuns(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{Twin: simulator.Twin{Databases: []simulator.TwinDatabase{{Name: "PWA_Draft", Queued: 2}}}})
	db := r.database("PWA_Draft")
	waiting := func() (n int) {
		rows, err := db.QueryContext(t.Context(), "SELECT GRP_QUEUE_STATE FROM MSP_QUEUE_PROJECT_GROUP_FULL_VIEW WHERE GRP_QUEUE_STATE IN (1, 2, 3)")
		require.NoError(t, err)
		defer func() { require.NoError(t, rows.Close()) }()
		for rows.Next() {
			n++
		}
		require.NoError(t, rows.Err())
		return n
	}
	for waiting() > 0 {
		require.NoError(t, t.Context().Err())
	}
	all := 0
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM MSP_QUEUE_PROJECT_GROUP_FULL_VIEW WHERE GRP_QUEUE_STATE = 4 AND COMPLETED_DATE IS NOT NULL").Scan(&all))
	require.Equal(t, 5, all)
}

func TestAnAccountByItsPrincipalName(t *testing.T) {
	t.Parallel()
	o := simulator.Options{Rollout: rollout()}
	o.Rollout.Credentials[0].User = "sp-setup@contoso.com"
	r := start(t, o)
	r.usersOff()
	r.install("APP01")
	require.Empty(t, r.all("auth-failed"))
}
