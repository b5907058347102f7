// Package journal reads the journal of simulated farms and judges it from the outside: did every package and wizard run
// as it should, and were users off meanwhile? It knows the journal's format and the article's rules, and nothing of
// farmhand's code, so that it can contradict it.
//
// Read returns the events, Find some of them, Farm.Violations says which rules were broken, and Changes which events
// changed something.
package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"
)

// Event is one line of a journal.
type Event struct {
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"`
	Host     string    `json:"host"`
	Farm     string    `json:"farm"`
	Protocol string    `json:"protocol"`
	Event    string    `json:"event"`
	User     string    `json:"user"`
	Text     string    `json:"text"`
	Exit     *int      `json:"exit"`
	Task     string    `json:"task"`
}

// The programs a job can be, besides a package, which is known by its KB number.
const (
	Wizard = "wizard"
	Stsadm = "stsadm"
)

var kb = regexp.MustCompile(`(?i)kb[0-9]{6}`)

// Program is what a job event ran: a KB number, Wizard or Stsadm; empty for anything else.
func (e Event) Program() string {
	text := strings.ToLower(e.Text)
	switch {
	case e.Protocol != "job":
		return ""
	case strings.Contains(text, `\psconfig.exe`):
		return Wizard
	case strings.Contains(text, `\stsadm.exe`):
		return Stsadm
	default:
		return strings.ToUpper(kb.FindString(e.Text))
	}
}

// Read reads a journal. A last line that is not whole yet is left out: the journal may still be written.
func Read(path string) ([]Event, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var events []Event
	lines := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, err
		}
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		events = append(events, e)
	}
}

// Find returns the events of one kind on one host, in order. An empty host or text means any; text is a part of it.
func Find(events []Event, host, event, text string) []Event {
	var out []Event
	for _, e := range events {
		if (host == "" || e.Host == host) && e.Event == event && strings.Contains(e.Text, text) {
			out = append(out, e)
		}
	}
	return out
}
