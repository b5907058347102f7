package secrets_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/view"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// planted are the secrets of a run by what they are for: each of its own, and full of what programs write differently.
var planted = map[string]string{
	"setup account":                   "k7\"Q$x'V`9%m&w\u2019\u201c2;z|t<J>^T!r(W){p}[d]#@~,=+\\/ü Lq",
	"account of Windows Server 2003":  "P4$'b%h\"n&8|q<J>`(R)!,=Lw;^zK9+{s}[T]%TEMP%~#@\\/3v",
	"account over https":              "Zx8\nq'\"%m$R5&\u2019v\tw3\u201dk|2<b>J`h;P{y}\r\nT(c)!^9",
	"account over https, with Basic":  "B7c'\"$%h&Q\u2018m`2|x<V>;K9{t}(w)!^=zR,5\u201dn",
	"account of client computers":     "c9\"L'$p%&\nF3\u2019t|w`Z<7>;{m}(Q)!^=xS,8\u201cd",
	"SQL login":                       "s5'Q];--%7$&\nG2x\u2019Yb\"|`p<V>{t}(9)!^=zR,K\u201dn",
	"password that is mistaken":       "m1\"S't$%&\u2018k3N|`w<Q>;{h}(Z)!^=x7,J\u201db",
	"token of the webhook's address":  "w6~T'$k(3)h!Q*z,9;p=M:@x+7R",
	"token of the chat's address":     "v5~R'$h(7)m!P*y,2;n=L:@w+9T",
	"key of announcements":            "a2\"N'$v%&\nX8\u2019j|`s<K>;{q}(5)!^=wH,3\u201ct",
	"header of the telemetry exports": "Bearer t4/Y+o=L'$h(8)n!Q*z:@x7~K",
}

// marker is in every place that has anything of the run in it.
const marker = "lighthouse-pwa"

const rolloutFile = `rollout: lighthouse
release: infrastructure-update
requested_by: alice
operators: [dave]
license_terms:
  - {package: KB951695, accepted_by: alice}
  - {package: KB951297, accepted_by: alice}
groups:
  - {name: change, members: [{name: bob}, {name: carol}]}
gates:
  - {name: install, group: change}
  - {name: continue, group: change}
packages: {directory: 'C:\Updates'}
credentials:
  - {name: setup, user: 'CONTOSO\sp-setup', password: 'env:SECRETS_SETUP'}
  - {name: old, user: 'CONTOSO\sp-old', password: 'env:SECRETS_OLD'}
  - {name: sealed, user: 'CONTOSO\sp-sealed', password: 'file:DIR/sealed'}
  - {name: basic, user: 'CONTOSO\sp-basic', password: 'env:SECRETS_BASIC'}
  - {name: desk, user: 'CONTOSO\desk', password: 'env:SECRETS_DESK'}
  - {name: sql, user: farmhand_sql, password: 'env:SECRETS_SQL'}
farms:
  - name: lighthouse-pwa
    defaults: {connect_as: setup, run_as: setup, stage: 'D:\farmhand'}
    servers:
      - {name: APP01, address: NET.11, roles: [central-administration, application]}
      - {name: APP02, address: NET.12, roles: [application], connect_as: old, run_as: old}
      - {name: WFE01, address: NET.21, roles: [front-end-web], connect_as: sealed, winrm: {scheme: https}}
      - {name: WFE02, address: NET.22, roles: [front-end-web], connect_as: basic, winrm: {scheme: https, auth: basic}}
    sql_servers:
      - {name: SQL01, address: NET.31, connect_as: sql, encrypt: required, backup: {directory: 'E:\Backup'}}
    databases: {configuration: SharePoint_Config, on: SQL01, expect: [SharePoint_AdminContent, WSS_Content_PWA]}
    project_web_access:
      - {url: 'http://pwa.contoso/pwa', on: SQL01, published: PWA_Published, draft: PWA_Draft, archive: PWA_Archive, reporting: PWA_Reporting}
    clients:
      computers: [{name: PC-0101, address: NET.51, connect_as: desk}]
`

// twinFile has a server of the old kind, and a package that fails once: its failure is shown to people, with what ran.
const twinFile = `servers:
  - {name: APP02, os: 2003}
faults:
  - {host: APP02, step: package KB951297, kind: fail}
`

// pace divides the durations of the simulated farm.
const pace = 2000

// run is one update with real processes.
type run struct {
	*testing.T
	place place
	// dir is where everything is written that is searched; secretsDir holds a secret and is not.
	dir, secretsDir string
	worker          *process
	program         string // the worker's
	sim             *simulator.Simulator
	telemetry       *collector
	announcements   *collector
	said            bytes.Buffer // what every command of the operators printed
}

// newRun starts the processes with a worker, which may be another than the one that make build made.
func newRun(t *testing.T, worker string) *run {
	t.Helper()
	r := &run{
		T: t, place: findPlace(t), dir: t.TempDir(), secretsDir: t.TempDir(), program: worker,
		telemetry: newCollector(t, 0), announcements: newCollector(t, 2),
	}
	r.secret("sealed", planted["password that is mistaken"])
	require.NoError(t, os.WriteFile(r.file("rollout.yaml"), []byte(strings.NewReplacer("NET", r.place.network, "DIR", r.secretsDir).Replace(rolloutFile)), 0o600))
	require.NoError(t, os.WriteFile(r.file("twin.yaml"), []byte(twinFile), 0o600))
	temporal := start(t, r.file("temporal.log"), binary(t, "devserver"), nil,
		"--db", r.file("temporal.db"), "--port", strconv.Itoa(r.place.port), "--headless", "--exit-with-stdin")
	r.simulate()
	<-temporal.ready
	r.startWorker()
	return r
}

func (r *run) file(name string) string { return filepath.Join(r.dir, name) }

// secret writes what a reference file:… refers to.
func (r *run) secret(name, text string) {
	r.Helper()
	require.NoError(r, os.WriteFile(filepath.Join(r.secretsDir, name), []byte(text+"\n"), 0o600))
}

// simulate starts the farm. It knows the right password of every account.
func (r *run) simulate() {
	r.Helper()
	rollout, release, err := config.Load(r.file("rollout.yaml"))
	require.NoError(r, err)
	twin, err := simulator.LoadTwin(r.file("twin.yaml"))
	require.NoError(r, err)
	accounts := map[string]string{
		`CONTOSO\sp-setup`: "setup account", `CONTOSO\sp-old`: "account of Windows Server 2003", `CONTOSO\sp-sealed`: "account over https",
		`CONTOSO\sp-basic`: "account over https, with Basic", `CONTOSO\desk`: "account of client computers", "farmhand_sql": "SQL login",
	}
	log, err := os.Create(r.file("simulator.log"))
	require.NoError(r, err)
	r.Cleanup(func() { _ = log.Close() })
	r.sim, err = simulator.Start(r.Context(), simulator.Options{
		Rollout: rollout, Release: release, Twin: twin, Pace: pace, Journal: r.file("journal.jsonl"), Dir: r.file("world"), CADirectory: r.dir,
		Passwords: func(user string) (string, bool) { text, known := planted[accounts[user]]; return text, known },
		Logger:    slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	require.NoError(r, err)
	r.Cleanup(func() { require.NoError(r, r.sim.Close()) })
}

// startWorker starts the worker with every secret that it may have, everything logged and everything exported.
func (r *run) startWorker() {
	r.Helper()
	r.worker = start(r.T, r.file("worker.log"), r.program, []string{
		"SECRETS_SETUP=" + planted["setup account"], "SECRETS_OLD=" + planted["account of Windows Server 2003"],
		"SECRETS_BASIC=" + planted["account over https, with Basic"], "SECRETS_DESK=" + planted["account of client computers"],
		"SECRETS_SQL=" + planted["SQL login"], "SECRETS_KEY=" + planted["key of announcements"],
		"SECRETS_HOOK=" + r.announcements.URL + "/" + url.PathEscape(planted["token of the webhook's address"]),
		"FARMHAND_SECRETS=env:SECRETS_*,file:" + r.secretsDir + "/*",
		"SECRETS_CHAT=generic://" + strings.TrimPrefix(r.announcements.URL, "http://") + "/" + url.PathEscape(planted["token of the chat's address"]) + "?disabletls=yes",
		"FARMHAND_NOTIFY_RECEIVERS=[{name: desk, webhook: {url: 'env:SECRETS_HOOK', secret: 'env:SECRETS_KEY'}}, {name: room, chat: {url: 'env:SECRETS_CHAT'}}]",
		"FARMHAND_TLS_CA_FILE=" + r.sim.CAFile(), "FARMHAND_HEALTH_ADDRESS=", "FARMHAND_LOG_LEVEL=debug", "FARMHAND_WORKER_STOP_TIMEOUT=1s",
		"TEMPORAL_ADDRESS=" + r.place.temporal(), "GOTRACEBACK=all",
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + r.telemetry.URL, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=500",
		"OTEL_BSP_SCHEDULE_DELAY=500", "OTEL_BLRP_SCHEDULE_DELAY=500",
		"OTEL_EXPORTER_OTLP_HEADERS=authorization=" + url.PathEscape(planted["header of the telemetry exports"]),
	}, "--exit-with-stdin", "--runbooks", r.file("runbooks"))
}

// starter runs one command of an operator to its end.
func (r *run) starter(as string, args ...string) (stdout string, code int) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(r.T, "starter"), args...)
	cmd.Dir, cmd.Env = r.dir, append(environment(), "TEMPORAL_ADDRESS="+r.place.temporal(), "FARMHAND_OPERATOR="+as)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &r.said
	_ = cmd.Run() // the code says it
	r.said.Write(out.Bytes())
	return out.String(), cmd.ProcessState.ExitCode()
}

// question waits for the next question whose id is none of those that were answered.
func (r *run) question(answered []string) (q view.Question, ended bool) {
	r.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		out, code := r.starter("dave", "status", marker, "-o", "json", "--wait", "--timeout", "1m")
		var f view.Farm
		if json.Unmarshal([]byte(out), &f) == nil {
			for _, q := range f.Questions {
				if !slices.Contains(answered, fmt.Sprint(q.ID, q.Revision)) {
					return q, false
				}
			}
			if slices.Contains([]int{0, 4, 5}, code) { // completed, failed, refused (docs/operations.md)
				return q, true
			}
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			require.Fail(r, "the update neither ended nor asked", r.said.String())
		}
	}
}

// answer decides as somebody may: yes at gates, retry elsewhere.
func (r *run) answer(q view.Question) {
	r.Helper()
	choice, who := "approve", "bob"
	args := []string{"approve", marker, q.ID}
	if q.Kind == "intervention" {
		choice, who = "retry", "dave"
		if !slices.ContainsFunc(q.Actions, func(a view.Action) bool { return string(a.Choice) == choice }) {
			choice = string(q.Actions[0].Choice)
		}
		args = []string{"decide", marker, q.ID, choice}
	}
	_, code := r.starter(who, append(args, "--as", who, "--evidence", q.Evidence, "--reason", "it is mended")...)
	require.Zero(r, code, r.said.String())
}

// await waits until the journal holds an event, from one on, and returns its number.
func (r *run) await(after int64, event, text string) int64 {
	r.Helper()
	for {
		all, more := r.sim.World().Events(after)
		for _, e := range all {
			after = e.Seq
			if e.Event == event && strings.Contains(e.Text, text) {
				return e.Seq
			}
		}
		select {
		case <-more:
		case <-r.Context().Done():
			require.Fail(r, "never in the journal: "+event+" "+text)
		}
	}
}

// events are what the journal has of one kind.
func (r *run) events(event, text string) (out []world.Event) {
	all, _ := r.sim.World().Events(0)
	for _, e := range all {
		if e.Event == event && strings.Contains(e.Text, text) {
			out = append(out, e)
		}
	}
	return out
}
