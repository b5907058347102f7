package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// Event is one line of the journal of the simulated farm (docs/simulator.md).
type Event struct {
	Seq      int64     `json:"seq"`
	Time     time.Time `json:"time"`
	Host     string    `json:"host"`
	Protocol string    `json:"protocol"`
	Event    string    `json:"event"`
	User     string    `json:"user"`
	Text     string    `json:"text"`
	Exit     *int      `json:"exit"`
	Task     string    `json:"task"`
}

// wizard is the program of the SharePoint Products and Technologies Configuration Wizard.
const wizard = "psconfig"

var packageNumber = regexp.MustCompile(`(?i)kb[0-9]{6,7}`)

// program is what a job event ran: a package as KB951695, the wizard, or empty for anything else, such as stsadm, which
// changes nothing.
func (e Event) program() string {
	if e.Protocol != "job" {
		return ""
	}
	command := strings.ToLower(e.Text)
	switch {
	case strings.Contains(command, `\psconfig.exe`):
		return wizard
	case strings.Contains(command, `.exe`) && !strings.Contains(command, `\stsadm.exe`):
		return strings.ToUpper(packageNumber.FindString(command))
	}
	return ""
}

var jobFolder = regexp.MustCompile(`(?i)\\jobs\\([^\\"\s]+)`)

// job is the id of the detached job that a command line belongs to, from the folder it lies in; empty for none.
func job(text string) string {
	if m := jobFolder.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// service splits the text of a service event: the short name, and the start mode where it tells one.
func (e Event) service() (name, mode string) {
	name, mode, _ = strings.Cut(e.Text, " ")
	return strings.ToUpper(name), mode
}

func readJournal(path string) ([]Event, []byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	var events []Event
	for n, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", path, n+1, err)
		}
		events = append(events, e)
	}
	return events, text, nil
}
