package judge

import (
	"encoding/json"
	"fmt"
	"time"
)

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

func mustDecode(text string, into any) {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		panic(err) // the text is a few lines above
	}
}
