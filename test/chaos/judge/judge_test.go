package judge

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The judge must not share a mistake with what it judges.
func TestTheJudgeKnowsNothingOfFarmhand(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, f := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, i := range parsed.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			require.NoError(t, err)
			require.False(t, strings.HasPrefix(path, "farmhand"), "%s imports %s", f, path)
		}
	}
}

// story is a run that is told event by event.
type story struct {
	e     Evidence
	clock time.Time
}

func (s *story) now() time.Time {
	s.clock = s.clock.Add(time.Second)
	return s.clock
}

func (s *story) event(e Event) {
	e.Time, e.Seq = s.now(), int64(len(s.e.events)+1)
	s.e.events = append(s.e.events, e)
}

func (s *story) system(host, event, text string) {
	s.event(Event{Host: host, Protocol: "system", Event: event, Text: text})
}

func (s *story) job(host, program, event string, exit *int, try int) {
	text := map[string]string{
		wizard: `"C:\12\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait`, "KB1000001": `C:\a-kb1000001.exe`, "KB1000002": `C:\b-kb1000002.exe`,
	}[program]
	s.event(Event{Host: host, Protocol: "job", Event: event, Text: text, Exit: exit, Task: fmt.Sprintf(`"D:\f\jobs\fh-1-%s-%s-%d\run.cmd"`, host, program, try)})
}

func (s *story) run(host, program string, exit, try int) {
	s.job(host, program, "started", nil, try)
	s.job(host, program, "exited", &exit, try)
}

func (s *story) decide(d decision) {
	d.at = s.now()
	s.e.history.decisions = append(s.e.history.decisions, d)
}

// The moments of the usual story, at which a test may tell something else.
const (
	atDisconnect = "disconnect"
	atBackup     = "backup"
	atInstall    = "install"
	atCentral    = "central"
	atGate       = "gate"
	atRemaining  = "remaining"
	atReconnect  = "reconnect"
	atEnd        = "end"
)

// tell is an update of two servers in which every rule is kept, except where instead tells another part of it.
func tell(instead map[string]func(*story)) Evidence {
	s := &story{clock: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	s.e.texts = map[string][]byte{}
	s.e.packages = []string{"KB1000001", "KB1000002"}
	s.e.servers, s.e.central, s.e.web, s.e.projects = []string{"APP", "WEB"}, []string{"APP"}, []string{"WEB"}, []string{"APP"}
	in := &s.e.history.input
	mustDecode(`{"started_by":"dave","rollout":{"requested_by":"alice","operators":["dave"],
		"groups":[{"name":"change","members":[{"name":"bob"},{"name":"alice"},{"name":"dave"}]}],
		"gates":[{"name":"continue","group":"change","quorum":1}],
		"farms":[{"databases":{"configuration":"Config"}}]}}`, in)
	s.e.history.result = "completed"
	for _, part := range []struct {
		name  string
		usual func(*story)
	}{
		{atDisconnect, disconnect}, {atBackup, backup}, {atInstall, install}, {atCentral, func(s *story) { s.run("APP", wizard, 0, 1) }},
		{atGate, func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "approve"})
		}},
		{atRemaining, func(s *story) { s.run("WEB", wizard, 0, 1) }}, {atReconnect, reconnect}, {atEnd, func(*story) {}},
	} {
		if other, told := instead[part.name]; told {
			other(s)
		} else {
			part.usual(s)
		}
	}
	s.e.tries = tries(s.e.events)
	return s.e
}

func disconnect(s *story) {
	s.look("WEB", "W3SVC", "auto")
	s.look("APP", "MSProjectServerQueue12", "auto")
	for _, one := range [][2]string{{"WEB", "W3SVC"}, {"APP", "MSProjectServerQueue12"}} {
		s.system(one[0], "service-start-mode", one[1]+" manual")
		s.system(one[0], "service-stopped", one[1])
	}
}

// look is a service that is recorded before it is changed.
func (s *story) look(host, name, mode string) {
	s.e.history.activity = append(s.e.history.activity, activity{name: "ReadServices", server: host, at: s.now(),
		result: fmt.Appendf(nil, `[{"server":%q,"name":%q,"running":true,"start_mode":%q}]`, host, name, mode)})
}

func backup(s *story) {
	s.event(Event{Host: "SQL", Protocol: "tds", Event: "batch", Text: `BACKUP DATABASE [Config] TO DISK = N'E:\c.bak' WITH COPY_ONLY`})
	s.event(Event{Host: "SQL", Protocol: "tds", Event: "batch", Text: `RESTORE VERIFYONLY FROM DISK = N'E:\c.bak' WITH CHECKSUM`})
}

func install(s *story) {
	for _, kb := range s.e.packages {
		for _, host := range s.e.servers {
			s.run(host, kb, 0, 1)
		}
	}
}

func reconnect(s *story) {
	for _, one := range [][2]string{{"APP", "MSProjectServerQueue12"}, {"WEB", "W3SVC"}} {
		s.system(one[0], "service-start-mode", one[1]+" auto")
		s.system(one[0], "service-started", one[1])
	}
}

func TestEachRuleIsSeenBroken(t *testing.T) {
	t.Parallel()
	one, failed := 1, 1603
	for name, c := range map[string]struct {
		rule    Rule
		instead map[string]func(*story)
	}{
		"Office before WSS": {PackageOrder, map[string]func(*story){atInstall: func(s *story) {
			slices.Reverse(s.e.packages)
			install(s)
			slices.Reverse(s.e.packages)
		}}},
		"the wizard before the last package": {Barrier, map[string]func(*story){atInstall: func(s *story) {
			s.run("APP", "KB1000001", 0, 1)
			s.run("APP", "KB1000002", 0, 1)
			s.run("WEB", "KB1000001", 0, 1)
			s.run("APP", wizard, 0, 1)
			s.run("WEB", "KB1000002", 0, 1)
		}, atCentral: func(*story) {}}},
		"the wizard after a package that failed": {Barrier, map[string]func(*story){atInstall: func(s *story) {
			install(s)
			s.job("WEB", "KB1000002", "started", nil, 2)
			s.e.events = slices.DeleteFunc(s.e.events, func(e Event) bool { return e.Host == "WEB" && e.program() == "KB1000002" && e.Exit != nil })
			s.job("WEB", "KB1000002", "exited", &failed, 2)
		}}},
		"two wizards at once": {OneWizard, map[string]func(*story){atCentral: func(s *story) { s.job("APP", wizard, "started", nil, 1) }, atRemaining: func(s *story) {
			s.run("WEB", wizard, 0, 1)
			s.job("APP", wizard, "exited", new(int), 1)
		}}},
		"Central Administration last": {WizardOrder, map[string]func(*story){
			atCentral: func(*story) {}, atRemaining: func(s *story) { s.run("WEB", wizard, 0, 1); s.run("APP", wizard, 0, 1) },
		}},
		"the next wizard after one that failed": {WizardOrder, map[string]func(*story){atCentral: func(s *story) { s.run("APP", wizard, one, 1) }}},
		"users on":                              {UsersOff, map[string]func(*story){atDisconnect: func(s *story) { s.system("APP", "service-stopped", "MSProjectServerQueue12") }}},
		"users back after a boot": {UsersOff, map[string]func(*story){atCentral: func(s *story) {
			s.system("WEB", "shutdown", "")
			s.system("WEB", "boot", "")
			s.system("WEB", "service-started", "W3SVC")
			s.run("APP", wizard, 0, 1)
		}}},
		"stopped and still automatic": {UsersOff, map[string]func(*story){atBackup: func(s *story) {
			s.system("WEB", "service-start-mode", "W3SVC auto")
			backup(s)
		}}},
		"disabled": {UsersOff, map[string]func(*story){atBackup: func(s *story) {
			s.system("WEB", "service-start-mode", "W3SVC disabled")
			s.system("WEB", "service-start-mode", "W3SVC manual")
			backup(s)
		}}},
		"a user met a mixed farm": {UsersOff, map[string]func(*story){atCentral: func(s *story) {
			s.system("WEB", "user-turned-away", "a page mixed old and new files")
			s.run("APP", wizard, 0, 1)
		}}},
		"Project services running": {ProjectServices, map[string]func(*story){atGate: func(s *story) {
			s.system("APP", "service-started", "MSProjectServerQueue12")
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "approve"})
		}}},
		"no backup":                    {Backup, map[string]func(*story){atBackup: func(*story) {}}},
		"a backup that was never read": {Backup, map[string]func(*story){atBackup: func(s *story) { backup(s); s.e.events = s.e.events[:len(s.e.events)-1] }}},
		"nobody approved":              {Approval, map[string]func(*story){atGate: func(*story) {}}},
		"approved too late": {Approval, map[string]func(*story){atGate: func(*story) {}, atEnd: func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "approve"})
		}}},
		"approved by the requester": {Approval, map[string]func(*story){atGate: func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "Alice ", Choice: "approve"})
		}}},
		"approved by who started it": {Approval, map[string]func(*story){atGate: func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "dave", Choice: "approve"})
		}}},
		"approved by a stranger": {Approval, map[string]func(*story){atGate: func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "mallory", Choice: "approve"})
		}}},
		"approved without evidence": {Approval, map[string]func(*story){atGate: func(s *story) { s.decide(decision{Subject: "continue", Who: "bob", Choice: "approve"}) }}},
		"a decision that was refused": {Approval, map[string]func(*story){atGate: func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "approve", refused: true})
		}}},
		"rejected": {Approval, map[string]func(*story){atGate: func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "approve"})
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "reject"})
		}}},
		"nobody to ask": {Approval, map[string]func(*story){atGate: func(s *story) { s.e.history.input.Rollout.Gates = nil }}},
		"a second try that nobody decided": {Decision, map[string]func(*story){atInstall: func(s *story) {
			s.run("APP", "KB1000001", failed, 1)
			s.run("APP", "KB1000001", 0, 2)
			s.run("WEB", "KB1000001", 0, 1)
			s.run("APP", "KB1000002", 0, 1)
			s.run("WEB", "KB1000002", 0, 1)
		}}},
		"a second wizard that names no decision": {Decision, map[string]func(*story){atCentral: func(s *story) {
			s.run("APP", wizard, one, 1)
			s.decide(decision{Subject: "i-1", Who: "dave", Choice: "retry"})
			s.run("APP", wizard, 0, 2)
		}}},
		"a package again after success": {Once, map[string]func(*story){atCentral: func(s *story) { s.run("APP", "KB1000001", 0, 2); s.run("APP", wizard, 0, 1) }}},
		"two tries at once": {Once, map[string]func(*story){atCentral: func(s *story) {
			s.job("APP", wizard, "started", nil, 1)
			s.run("APP", wizard, 0, 2)
		}}},
		"a job that started twice":       {Once, map[string]func(*story){atCentral: func(s *story) { s.run("APP", wizard, one, 1); s.run("APP", wizard, 0, 1) }}},
		"W3SVC not started":              {Restored, map[string]func(*story){atReconnect: func(s *story) { reconnect(s); s.system("WEB", "service-stopped", "W3SVC") }}},
		"start mode forgotten":           {Restored, map[string]func(*story){atReconnect: func(s *story) { reconnect(s); s.system("WEB", "service-start-mode", "W3SVC manual") }}},
		"changed before it was recorded": {Restored, map[string]func(*story){atDisconnect: func(s *story) { disconnect(s); s.e.history.activity = s.e.history.activity[1:] }}},
		"a folder is left": {LeftBehind, map[string]func(*story){atEnd: func(s *story) {
			s.event(Event{Host: "WEB", Protocol: "winrm", Event: "command", Text: `md "D:\f\jobs\fh-1"`, Exit: new(int)})
		}}},
		"damage":                           {Damage, map[string]func(*story){atEnd: func(s *story) { s.system("WEB", "damage", "something broke") }}},
		"the result of a farm that failed": {Outcome, map[string]func(*story){atEnd: func(s *story) { s.e.history.failed = []string{"FarmUpdate"} }}},
		"completed without a wizard":       {Outcome, map[string]func(*story){atRemaining: func(*story) {}}},
		"refused after a package":          {Outcome, map[string]func(*story){atEnd: func(s *story) { s.e.history.result = "refused" }}},
		"aborted by nobody":                {Outcome, map[string]func(*story){atEnd: func(s *story) { s.e.history.result = "aborted" }}},
		"no end":                           {Outcome, map[string]func(*story){atEnd: func(s *story) { s.e.history.result = "" }}},
		"another report":                   {Outcome, map[string]func(*story){atEnd: func(s *story) { mustDecode(`{"farms":[{"outcome":"aborted"}]}`, &s.e.report) }}},
		"a password": {Secrets, map[string]func(*story){atEnd: func(s *story) {
			s.e.secret, s.e.texts["journal"] = []string{"hunter2"}, []byte("net use /user:x hunter2")
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := tell(c.instead)
			var rules []Rule
			for _, b := range Judge(e) {
				rules = append(rules, b.Rule)
			}
			require.Contains(t, rules, c.rule)
		})
	}
}

func TestWhatBreaksNoRule(t *testing.T) {
	t.Parallel()
	failed := 1603
	for name, instead := range map[string]map[string]func(*story){
		"the usual update": nil,
		"a package that was there and was looked at": {atInstall: func(s *story) {
			s.e.history.activity = append(s.e.history.activity, activity{name: "DetectPackages", server: "APP", at: s.now(),
				result: []byte(`{"packages":[{"kb":"KB1000001","installed":true}]}`)})
			s.run("APP", "KB1000002", 0, 1)
			s.run("WEB", "KB1000001", 3010, 1)
			s.run("WEB", "KB1000002", 0, 1)
		}},
		"a package that was decided to run again": {atInstall: func(s *story) {
			s.run("APP", "KB1000001", failed, 1)
			s.decide(decision{Subject: "i-1", Who: "dave", Choice: "retry"})
			s.run("APP", "KB1000001", 0, 2)
			s.run("WEB", "KB1000001", 0, 1)
			s.run("APP", "KB1000002", 0, 1)
			s.run("WEB", "KB1000002", 0, 1)
		}},
		"a wizard that was decided to run again": {atCentral: func(s *story) {
			s.run("APP", wizard, 1, 1)
			s.decide(decision{Subject: "i-1", Who: "dave", Choice: "retry"})
			s.run("APP", wizard, 0, 2)
			s.e.history.wizards = append(s.e.history.wizards, wizardInput{Job: "fh-1-APP-psconfig-2", Try: 2, AllowedBy: "i-1 retry by dave"})
		}},
		"a boot that brings no users back": {atCentral: func(s *story) {
			s.system("WEB", "shutdown", "")
			s.system("WEB", "boot", "")
			s.run("APP", wizard, 0, 1)
		}},
		"a user who was turned away": {atBackup: func(s *story) {
			s.system("WEB", "user-turned-away", "the Web server did not answer (1)")
			backup(s)
		}},
		"damage of a power cut": {atEnd: func(s *story) {
			s.system("WEB", "shutdown", "power loss")
			s.system("WEB", "damage", "power was lost while the wizard ran: the database at work was left unfinished")
		}},
		"a rejection that was taken back": {atGate: func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "reject"})
			s.decide(decision{Subject: "continue", Evidence: "def", Who: "bob", Choice: "approve"})
		}},
		"something left that people are told of": {atEnd: func(s *story) {
			s.event(Event{Host: "WEB", Protocol: "winrm", Event: "command", Text: `md "D:\f\jobs\fh-1"`, Exit: new(int)})
			mustDecode(`{"farms":[{"outcome":"completed","residual":["WEB: delete the folder by hand"]}]}`, &s.e.report)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, Judge(tell(instead)))
		})
	}
}

func mustDecode(text string, into any) {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		panic(err) // the text is a few lines above
	}
}
