package judge

import (
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
		"users let back to a farm of two levels": {Damage, map[string]func(*story){atEnd: func(s *story) {
			s.system("WEB", "damage", "users connected to WEB while the farm was not of one level")
		}}},
		"Project services running": {ProjectServices, map[string]func(*story){atGate: func(s *story) {
			s.system("APP", "service-started", "MSProjectServerQueue12")
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "approve"})
		}}},
		"no backup":                    {Backup, map[string]func(*story){atBackup: func(*story) {}}},
		"a backup that was never read": {Backup, map[string]func(*story){atBackup: func(s *story) { backup(s); s.e.events = s.e.events[:len(s.e.events)-1] }}},
		"a differential backup whose base was never read": {Backup, map[string]func(*story){atBackup: func(s *story) {
			s.event(Event{Host: "SQL", Protocol: "tds", Event: "batch", Text: `BACKUP DATABASE [Config] TO DISK = N'E:\c.dif.bak' WITH DIFFERENTIAL`})
			s.event(Event{Host: "SQL", Protocol: "tds", Event: "batch", Text: `RESTORE VERIFYONLY FROM DISK = N'E:\c.dif.bak' WITH CHECKSUM`})
		}}},
		"a package by the programs on a server of people": {ByHand, map[string]func(*story){atEnd: func(s *story) { s.e.manual = []string{"WEB"} }}},
		"before the window": {Window, map[string]func(*story){atEnd: func(s *story) {
			mustDecode(`[{"from":"2026-01-03 00:00","to":"2026-01-04 00:00"}]`, &s.e.history.input.Rollout.Windows)
		}}},
		"in a freeze": {Window, map[string]func(*story){atEnd: func(s *story) { frozen(s) }}},
		"overridden by a stranger": {Window, map[string]func(*story){atDisconnect: func(s *story) {
			frozen(s)
			s.decide(decision{Subject: "farm", Who: "mallory", Choice: "override"})
			disconnect(s)
		}}},
		"the first package after the window": {Window, map[string]func(*story){atInstall: func(s *story) {
			mustDecode(`[{"from":"2026-01-02 03:00","to":"2026-01-02 04:00"}]`, &s.e.history.input.Rollout.Windows)
			s.clock = s.clock.Add(time.Hour)
			install(s)
		}}},
		"nobody approved": {Approval, map[string]func(*story){atGate: func(*story) {}}},
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
		"all users back before people were asked": {Approval, map[string]func(*story){atGate: func(s *story) {
			s.decide(decision{Subject: "continue", Evidence: "abc", Who: "bob", Choice: "approve"})
			mustDecode(`[{"name":"reconnect","group":"change","quorum":1}]`, &s.e.history.input.Rollout.Gates)
			s.e.web = append(s.e.web, "APP")
		}, atReconnect: func(s *story) { reconnect(s); s.system("APP", "service-started", "W3SVC") }}},
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
		"another report":                   {Outcome, map[string]func(*story){atEnd: func(s *story) { mustDecode(`{"verdict":{"farms":[{"outcome":"aborted"}]}}`, &s.e.report) }}},
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

// frozen is a freeze over the whole story, which grace may override.
func frozen(s *story) {
	mustDecode(`{"freezes":[{"from":"2026-01-01 00:00","to":"2026-01-03 00:00"}],"emergency":["grace"]}`, &s.e.history.input.Rollout)
}

func TestWhatBreaksNoRule(t *testing.T) {
	t.Parallel()
	failed, busy := 1603, 1618
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
		"a package that another installation kept out": {atInstall: func(s *story) {
			s.run("APP", "KB1000001", busy, 1)
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
		"harm that the farm brought along, seen after a boot of its own": {atDisconnect: func(s *story) {
			s.system("WEB", "shutdown", "")
			s.system("WEB", "boot", "")
			s.system("WEB", "service-started", "W3SVC")
			s.system("WEB", "user-turned-away", "a page could not be shown")
			s.system("WEB", "damage", "users connected to WEB while the farm was not of one level")
			disconnect(s)
		}},
		"harm that the farm brought along, and users who are let back to it before anything was run": {atBackup: func(s *story) {
			s.system("WEB", "service-started", "W3SVC")
			s.system("WEB", "user-turned-away", "a page could not be shown")
			s.system("WEB", "damage", "users connected to WEB while the farm was not of one level")
			s.system("WEB", "service-stopped", "W3SVC")
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
		"a differential backup, and its base": {atBackup: func(s *story) {
			for _, text := range []string{
				`BACKUP DATABASE [Config] TO DISK = N'E:\c.dif.bak' WITH DIFFERENTIAL`, `RESTORE VERIFYONLY FROM DISK = N'E:\Nightly\Config.bak'`,
				`RESTORE VERIFYONLY FROM DISK = N'E:\c.dif.bak' WITH CHECKSUM`,
			} {
				s.event(Event{Host: "SQL", Protocol: "tds", Event: "batch", Text: text})
			}
		}},
		"people run what they like on a server of theirs": {atInstall: func(s *story) {
			s.e.manual = []string{"WEB"}
			install(s)
			s.run("WEB", "KB1000001", 0, 2)
			for i := range s.e.events {
				if s.e.events[i].Host == "WEB" {
					s.e.events[i].Task = ""
				}
			}
		}, atRemaining: func(s *story) {
			s.run("WEB", wizard, 1, 1)
			s.run("WEB", wizard, 0, 1)
			for i := range s.e.events {
				if s.e.events[i].Host == "WEB" {
					s.e.events[i].Task = ""
				}
			}
		}},
		"a freeze that was overridden": {atDisconnect: func(s *story) {
			frozen(s)
			s.decide(decision{Subject: "farm", Who: "Grace", Choice: "override"})
			disconnect(s)
		}},
		"a window that closes after the first package": {atCentral: func(s *story) {
			mustDecode(`[{"from":"2026-01-02 03:00","to":"2026-01-02 04:00"}]`, &s.e.history.input.Rollout.Windows)
			s.clock = s.clock.Add(time.Hour)
			s.run("APP", wizard, 0, 1)
		}},
		"something left that people are told of": {atEnd: func(s *story) {
			s.event(Event{Host: "WEB", Protocol: "winrm", Event: "command", Text: `md "D:\f\jobs\fh-1"`, Exit: new(int)})
			mustDecode(`{"verdict":{"farms":[{"outcome":"completed"}]},"residual_work":[{"evidence":["WEB: delete the folder by hand"]}]}`, &s.e.report)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, Judge(tell(instead)))
		})
	}
}
