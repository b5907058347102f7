package view

import (
	"fmt"
	"time"
)

// Seconds is a length of time in whole seconds: a number in JSON, and short text on a screen.
type Seconds int64

func secondsOf(d time.Duration) Seconds { return Seconds(max(0, d) / time.Second) }

// between is the time from a to b, zero when either is unknown.
func between(a, b time.Time) Seconds {
	if a.IsZero() || b.IsZero() {
		return 0
	}
	return secondsOf(b.Sub(a))
}

// String is the length as screens have it: 42s, 9m12s, 48m, 2h19, 3d04h.
func (s Seconds) String() string {
	switch m := s / 60; {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case m < 10 && s%60 != 0:
		return fmt.Sprintf("%dm%02ds", m, s%60)
	case m < 60:
		return fmt.Sprintf("%dm", m)
	case m < 48*60:
		return fmt.Sprintf("%dh%02d", m/60, m%60)
	default:
		return fmt.Sprintf("%dd%02dh", m/60/24, m/60%24)
	}
}

// about is an estimate: it never pretends to know the second.
func (s Seconds) about() string {
	if s >= 60 {
		s -= s % 60
	}
	return "~" + s.String()
}
