package judge

import (
	"math"
	"time"
)

// try is one run of an installer or the wizard.
type try struct {
	host, program, job string
	start              Event
	// end is the event that ended it: its exit, or the shutdown of its server; nil while it lives.
	end *Event
}

// good reports whether it ended with success: 0, or success that wants a reboot (3010) or began one (1641).
func (t *try) good() bool {
	return t.end != nil && t.end.Exit != nil && (*t.end.Exit == 0 || t.program != wizard && (*t.end.Exit == 3010 || *t.end.Exit == 1641))
}

// anotherInstallation is Windows Installer's ERROR_INSTALL_ALREADY_RUNNING: another installation holds its mutex, and
// nothing was begun.
const anotherInstallation = 1618

// refused reports whether an installer ended before it began anything: whoever starts it again repeats nothing.
func (t *try) refused() bool {
	return t.program != wizard && t.end != nil && t.end.Exit != nil && *t.end.Exit == anotherInstallation
}

// cut reports whether it ended without an exit code: its server went down, or somebody ended it.
func (t *try) cut() bool { return t.end != nil && t.end.Exit == nil }

// over is the number of the event that ended it.
func (t *try) over() int64 {
	if t.end == nil {
		return math.MaxInt64
	}
	return t.end.Seq
}

func (t *try) endTime() time.Time {
	if t.end == nil {
		return time.Time{}
	}
	return t.end.Time
}

// tries finds every run of an installer or the wizard in the journal, in the order in which they started.
func tries(events []Event) []*try {
	var all []*try
	for i := range events {
		e := &events[i]
		program := e.program()
		switch {
		case program != "" && e.Event == "started":
			all = append(all, &try{host: e.Host, program: program, job: job(e.Task), start: *e})
		case program != "" && e.Event == "exited":
			for _, t := range all {
				if t.end == nil && t.host == e.Host && t.start.Text == e.Text {
					t.end = e
					break
				}
			}
		case e.Event == "shutdown":
			for _, t := range all {
				if t.end == nil && t.host == e.Host {
					t.end = e
				}
			}
		}
	}
	return all
}

// of returns the tries of one program, on one host or, for an empty one, on all.
func (e *Evidence) of(host, program string) []*try {
	var out []*try
	for _, t := range e.tries {
		if t.program == program && (host == "" || t.host == host) {
			out = append(out, t)
		}
	}
	return out
}

// firstPackage and firstWizard are the first tries of all; nil where there was none.
func (e *Evidence) firstPackage() *try {
	for _, t := range e.tries {
		if t.program != wizard {
			return t
		}
	}
	return nil
}

func (e *Evidence) firstWizard() *try {
	if w := e.of("", wizard); len(w) > 0 {
		return w[0]
	}
	return nil
}
