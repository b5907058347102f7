package windows

import (
	"strconv"
	"strings"
	"time"

	"farmhand/simulator/world"
)

// The exit codes of shutdown.exe, which are Windows error codes.
const (
	shutdownInProgress    = 1115
	shutdownNotInProgress = 1116
)

// goodbye is what Windows takes at least to stop its services. No pace makes it shorter, so that the answer
// to shutdown.exe /t 0 gets out of the door, as it does in life.
const goodbye = 200 * time.Millisecond

// shutdown is shutdown.exe /r or /s with /t seconds, /f, /c "comment", /d reason, and /a. Switches may
// begin with - too. Without /t Windows waits 30 seconds.
func (s *session) shutdown(tail string) int {
	words := splitWords(tail)
	delay, restart, off, abort, comment := 30, false, false, false, ""
	for i := 0; i < len(words); i++ {
		w := strings.ToLower(words[i])
		if len(w) < 2 || w[0] != '/' && w[0] != '-' {
			return s.shutdownUsage()
		}
		value := ""
		if strings.IndexByte("tcd", w[1]) >= 0 && i+1 < len(words) {
			i++
			value = words[i]
		}
		switch w[1] {
		case 'r':
			restart = true
		case 's':
			off = true
		case 'a':
			abort = true
		case 'f':
		case 'd':
		case 'c':
			comment = value
		case 't':
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				return s.shutdownUsage()
			}
			delay = n
		default:
			return s.shutdownUsage()
		}
	}
	switch {
	case abort:
		return s.abortShutdown()
	case !restart && !off:
		return s.shutdownUsage()
	}
	return s.askShutdown(time.Duration(delay)*time.Second, restart, strings.TrimSpace("shutdown.exe "+comment))
}

func (s *session) shutdownUsage() int {
	s.errorf("Usage: shutdown [/i | /l | /s | /r | /a] [/f] [/m \\\\computer][/t xxx][/d [p|u:]xx:yy [/c \"comment\"]]")
	return 1
}

func (s *session) askShutdown(delay time.Duration, restart bool, reason string) int {
	inProgress := false
	err := s.update(func(tx *world.Tx) error {
		b := getBoot(tx, s.machine.name)
		if inProgress = !b.Up || b.Shutdown != nil; inProgress {
			return nil
		}
		at := max(s.machine.world.After(delay), s.machine.world.Now()+goodbye)
		b.Shutdown = &shutdown{At: at, Restart: restart, Reason: reason}
		tx.Put(key(s.machine.name, "boot"), b)
		return nil
	})
	switch {
	case err != nil:
		return exitKilled
	case inProgress:
		s.errorf("A system shutdown is in progress.(1115)")
		return shutdownInProgress
	}
	if s.life.enter() {
		go func() {
			defer s.life.leave()
			s.machine.awaitShutdown(s.life.ctx)
		}()
	}
	return 0
}

func (s *session) abortShutdown() int {
	none := false
	err := s.update(func(tx *world.Tx) error {
		b := getBoot(tx, s.machine.name)
		if none = b.Shutdown == nil; none {
			return nil
		}
		b.Shutdown = nil
		tx.Put(key(s.machine.name, "boot"), b)
		return nil
	})
	switch {
	case err != nil:
		return exitKilled
	case none:
		s.errorf("Unable to abort the system shutdown because no shutdown was in progress.(1116)")
		return shutdownNotInProgress
	}
	return 0
}
